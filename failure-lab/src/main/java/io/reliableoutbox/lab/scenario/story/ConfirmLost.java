package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Silent;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** The broker took the messages, and its confirms never arrive. */
public final class ConfirmLost implements Scenario {
  @Override
  public String summary() {
    return "messages arrive, their confirms don't: published again, applied once";
  }

  @Override
  public String hypothesis() {
    return """
    What the relays send arrives at the broker; what the broker answers is lost on the way back. A
    relay can't tell that from messages that were lost: after its confirm timeout (5 s) it gives the
    connection up, and publishes everything unconfirmed again, under the same message ids. Consumers
    get it twice and apply it once.
    """;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(Silent.answers("relay", "broker"));
    stage.watch(Duration.ofSeconds(12));
    stage.heal();
    stage.meanwhile(
        "the repeats have arrived", Duration.ofMinutes(2), () -> stage.duplicates() > 0);
    stage.expect(
        "consumers have absorbed repeats: %d".formatted(stage.duplicates()),
        stage.duplicates() > 0);
    stage.drain();
    stage.look(
        """
        select consumer, count(*) as rows, count(distinct message_id) as messages
        from consuming.inbox group by consumer
        """);
  }
}
