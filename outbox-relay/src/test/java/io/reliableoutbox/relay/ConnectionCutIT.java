package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Connections that end in the middle of the confirms. */
class ConnectionCutIT {
  // A connection is set up within about 600 bytes from the broker; an ack has 21.
  private static final int SET_UP = 700;
  private static final int HALF_AN_ACK = 10;
  private static final int CUTS = 25;

  @Test
  void a_connection_cut_at_every_kth_confirm_loses_nothing_and_marks_nothing_unconfirmed()
      throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri);
        CuttingProxy proxy =
            new CuttingProxy(uri, n -> n < CUTS ? SET_UP + n * HALF_AN_ACK : Integer.MAX_VALUE)) {
      outbox.insertMany(1000, 50);
      outbox.startRelay(proxy.uri());
      await().atMost(Duration.ofSeconds(60)).until(() -> outbox.count("PUBLISHED") == 1000);

      assertThat(proxy.cuts()).isGreaterThanOrEqualTo(CUTS - 5);
      await().until(() -> history.firstArrivals().size() == 1000);
      Order.assertKept(outbox.sql, history);
      assertThat(
              outbox
                  .sql
                  .sql("select sum(attempts) from outbox_state")
                  .query(Integer.class)
                  .single())
          .isEqualTo(0);
    }
  }
}
