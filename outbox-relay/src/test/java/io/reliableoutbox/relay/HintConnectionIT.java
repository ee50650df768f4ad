package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The connection on which hints come is one that may be missing. */
class HintConnectionIT {

  @Test
  void events_flow_when_the_connection_of_the_hints_is_killed_and_it_comes_back() throws Exception {
    String uri = TestInfrastructure.broker().freshVirtualHost();
    try (OutboxFixture outbox = new OutboxFixture();
        QueueHistory history = new QueueHistory(uri)) {
      outbox.startRelay(uri);
      await().until(() -> outbox.listeners().size() == 1);
      Integer killed = outbox.listeners().get(0);
      outbox
          .sql
          .sql("select pg_terminate_backend(:pid)")
          .param("pid", killed)
          .query()
          .singleValue();
      await().until(() -> !outbox.listeners().contains(killed));

      List<String> events =
          List.of(outbox.insert("a", "thing.changed"), outbox.insert("a", "thing.changed"));
      await().until(() -> history.ids().equals(events));
      await().until(() -> outbox.listeners().size() == 1);
      assertThat(outbox.listeners()).doesNotContain(killed);
    }
  }
}
