package io.reliableoutbox.relay;

import java.util.List;

/**
 * Notes inside the database, in the transactions that do it, who takes which bucket from whom and
 * who marks which row: what relays say of themselves is no proof.
 */
final class Witness {
  private final OutboxFixture outbox;

  Witness(OutboxFixture outbox) {
    this.outbox = outbox;
    outbox.database.execute(
        """
        create table public.taken (bucket smallint, before uuid, after uuid, still_leased boolean);
        create table public.marked (position bigint, application text, owner text, leased boolean);
        create function public.note_taken() returns trigger language plpgsql security definer as $$
        begin
          insert into public.taken values (new.bucket, old.owner, new.owner, old.expires_at > clock_timestamp());
          return null;
        end $$;
        create function public.note_marked() returns trigger language plpgsql security definer as $$
        begin
          insert into public.marked
          select new.position, current_setting('application_name'), r.name, b.expires_at > clock_timestamp()
          from ordering.outbox_bucket b left join ordering.relay r on r.relay_id = b.owner
          where b.bucket = new.bucket;
          return null;
        end $$;
        create trigger note_taken after update on ordering.outbox_bucket for each row
          when (new.owner is distinct from old.owner) execute function public.note_taken();
        create trigger note_marked after update on ordering.outbox_delivery for each row
          when (new.state is distinct from old.state) execute function public.note_marked();
        """);
  }

  /** Buckets that went from one relay to another without having been given up. */
  long takenOver() {
    return count(
        "select count(*) from public.taken where before is not null and after is not null");
  }

  /** Buckets that were taken while the lease of their owner still ran. */
  long stolen() {
    return count(
        "select count(*) from public.taken where before is not null and after is not null and still_leased");
  }

  long marksBy(String application) {
    return count("select count(*) from public.marked where application = '" + application + "'");
  }

  /** Positions that this program marked while their bucket belonged to a relay of another name. */
  List<Long> marksOutsideItsBuckets(String application, String relay) {
    return outbox
        .sql
        .sql(
            "select position from public.marked where application = :application and owner is distinct from :relay")
        .param("application", application)
        .param("relay", relay)
        .query(Long.class)
        .list();
  }

  private long count(String query) {
    return outbox.sql.sql(query).query(Long.class).single();
  }
}
