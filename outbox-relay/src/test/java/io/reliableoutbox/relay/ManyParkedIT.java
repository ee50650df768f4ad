package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.loop.Relay;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** A bad deployment: many aggregates are parked, and wait for somebody to look at them. */
class ManyParkedIT {
  private static final int AGGREGATES = 2000;

  @Test
  void what_is_blocked_behind_one_costs_nothing_for_the_others() throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    try (OutboxFixture outbox = new OutboxFixture()) {
      outbox.insertMany(2 * AGGREGATES, AGGREGATES);
      outbox
          .sql
          .sql(
              """
              update outbox_delivery set state = 'PARKED', first_failed_at = now(), last_error = 'nack'
              where position in (select min(position) from outbox_delivery group by aggregate_key)
              """)
          .update();
      assertThat(outbox.stored("PARKED")).as("the fault").isEqualTo(AGGREGATES);
      Relay relay = outbox.startRelay(uri);
      await().atMost(Duration.ofMinutes(1)).until(() -> outbox.stored("BLOCKED") == AGGREGATES);
      relay.stop();
      assertThat(new IndexReads(outbox).of("outbox_delivery_parked")).isLessThan(5 * AGGREGATES);
    }
  }
}
