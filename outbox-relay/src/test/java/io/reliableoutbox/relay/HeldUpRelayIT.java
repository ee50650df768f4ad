package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import java.time.OffsetDateTime;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Leases are kept on a thread of their own; the loop may be slow, and the keeper may fail. */
class HeldUpRelayIT {
  private static final Duration LEASE = Duration.ofSeconds(4);
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;
  private Witness witness;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    witness = new Witness(outbox);
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void leases_outlive_a_mark_that_waits_and_the_other_messages_flow_meanwhile() throws Exception {
    String event = outbox.insert("a", "thing.changed");
    try (BlockedMark lock = new BlockedMark(outbox)) {
      Relay held = outbox.startRelay(uri, OutboxFixture.settings("held", LEASE));
      lock.awaitMark();
      OffsetDateTime lease = expiry();
      await().atMost(Duration.ofSeconds(20)).until(() -> isPast(lease));
      assertThat(leased()).as("renewed while the mark waits").isEqualTo(64);
      outbox.insertMany(200, 200);
      await().atMost(Duration.ofSeconds(20)).until(() -> history.firstArrivals().size() == 201);
      // Given up by PostgreSQL after a while, and tried again.
      lock.awaitMark();

      lock.release();
      await().until(() -> outbox.count("PUBLISHED") == 201);
      assertThat(held.buckets()).isEqualTo(64);
    }
    assertThat(witness.stolen()).isZero();
    assertThat(history.ids()).hasSize(201).doesNotHaveDuplicates().contains(event);
  }

  @Test
  void a_relay_that_cannot_renew_stops_sending_before_its_leases_end() throws Exception {
    outbox.startRelay(uri, OutboxFixture.settings("failing", LEASE));
    await().until(() -> outbox.bucketsOf("failing") == 64);
    int written;
    try (Writers writers = new Writers(outbox)) {
      await().until(() -> outbox.count("PUBLISHED") > 100);
      refuseRenewals();
      outbox.startRelay(uri, OutboxFixture.settings("other", LEASE));
      await().atMost(Duration.ofSeconds(30)).until(() -> witness.takenOver() == 64);
      assertThat(outbox.bucketsOf("failing")).isZero();
      long before = outbox.count("PUBLISHED");
      await().until(() -> outbox.count("PUBLISHED") > before + 100);

      outbox.database.execute("drop trigger refuse on ordering.outbox_bucket");
      await().atMost(Duration.ofSeconds(30)).until(() -> outbox.bucketsOf("failing") == 32);
      written = writers.stop();
    }
    await().atMost(Duration.ofSeconds(30)).until(() -> outbox.count("PUBLISHED") == written);
    assertThat(witness.stolen()).isZero();
    await().until(() -> history.firstArrivals().size() == written);
    assertThat(history.ids()).as("sent by one and then the other").doesNotHaveDuplicates();
    Order.assertKept(outbox.sql, history);
  }

  // Only the owner's: a takeover changes the owner.
  private void refuseRenewals() {
    outbox.database.execute(
        """
        create function public.refuse() returns trigger language plpgsql as $$
        begin raise exception 'no renewal in this test'; end $$;
        create trigger refuse before update on ordering.outbox_bucket for each row
          when (new.owner = old.owner and old.epoch = 1) execute function public.refuse();
        """);
  }

  private OffsetDateTime expiry() {
    return outbox
        .sql
        .sql("select max(expires_at) from outbox_bucket")
        .query(OffsetDateTime.class)
        .single();
  }

  private boolean isPast(OffsetDateTime moment) {
    return outbox
        .sql
        .sql("select clock_timestamp() > :moment")
        .param("moment", moment)
        .query(Boolean.class)
        .single();
  }

  private long leased() {
    return outbox
        .sql
        .sql("select count(*) from outbox_bucket where expires_at > clock_timestamp()")
        .query(Long.class)
        .single();
  }
}
