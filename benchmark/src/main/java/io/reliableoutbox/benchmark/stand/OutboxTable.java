package io.reliableoutbox.benchmark.stand;

import java.time.Duration;

/** The outbox as it is before a run and after it. */
public record OutboxTable(Sql sql) {
  /** What its rows are. */
  public record Content(long rows, long aggregates, int payloadBytes) {}

  private static final Duration WARM = Duration.ofMinutes(5);
  private static final String FRAME = "{\"text\": \"\"}";

  /** As it was made. */
  public void clear() {
    truncate("restart identity");
  }

  /** Empty, while relays run: they rely on positions that grow. */
  public void empty() {
    truncate("continue identity");
  }

  private void truncate(String identity) {
    // A transaction that was forgotten fails the run instead of stopping it for ever.
    sql.run(
        "set lock_timeout = '30s'",
        "truncate ordering.outbox, ordering.outbox_delivery " + identity);
  }

  /**
   * Rows that wait to be published, in rounds through the aggregates, written by one transaction.
   * Versions are those of a history.
   */
  public void insert(Content content) {
    insert("thing", content);
  }

  private void insert(String aggregateType, Content content) {
    sql.run(
        """
        insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
        select '%4$s', (n %% %2$d)::text, n / %2$d + 1, 'thing.changed', '%3$s'
        from generate_series(0::bigint, %1$d::bigint - 1) n
        """
            .formatted(
                content.rows(),
                content.aggregates(),
                payload(content.payloadBytes()),
                aggregateType));
  }

  /** The same, with statistics as autovacuum would have made them, and written to disk. */
  public void fill(Content content) {
    insert(content);
    settle();
  }

  /** As many rows before those that count: relays run for weeks, their compiler for seconds. */
  public void warmRelays(Content content) {
    publishBefore(content);
    empty();
    settle();
  }

  /** The same, on top of what the outbox holds; they stay in it, vacuumed as far as can be. */
  public void warmRelaysOnTop(Content content) {
    publishBefore(content);
    sql.run("vacuum analyze ordering.outbox, ordering.outbox_delivery", "checkpoint");
  }

  private void publishBefore(Content content) {
    insert("earlier thing", content);
    awaitPublished(WARM);
  }

  /** Statistics and disk, so that what was written before costs nothing later. */
  public void settle() {
    sql.run("analyze ordering.outbox, ordering.outbox_delivery", "checkpoint");
  }

  /** JSON of so many bytes. */
  public static String payload(int bytes) {
    return "{\"text\": \"" + "x".repeat(Math.max(0, bytes - FRAME.length())) + "\"}";
  }

  /** Rows that a relay has still to publish; what is parked or blocked isn't among them. */
  public long waiting() {
    return sql.number(
        "select count(*) from ordering.outbox_delivery where state in ('PENDING', 'RETRYING')");
  }

  /** Fails where it takes longer: then what was measured isn't what it looked like. */
  public void awaitPublished(Duration limit) {
    Pause.until("all rows are marked as published", limit, () -> waiting() == 0);
  }
}
