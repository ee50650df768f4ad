package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Slow;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A broker that is far away all of a sudden. */
public final class NetworkSlow implements Scenario {
  @Override
  public String summary() {
    return "the broker is 200 ms away: events take longer, and none waits for another's confirm";
  }

  @Override
  public String hypothesis() {
    return """
    Each piece that relays and broker send each other takes 100 ms, there and back 200. A relay that
    waited for each confirm before it sent the next event would publish five a second. These keep up
    with the orders, because confirms come while other events are on their way; only events of the
    same order wait for each other. Nothing is sent twice.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Slow("relay", "broker", Duration.ofMillis(100)));
    long published = stage.published();
    long more = stage.seconds(30);
    stage.meanwhile(
        more + " more events are published",
        Duration.ofSeconds(60),
        () -> stage.published() > published + more);
    stage.look("select pending, oldest_pending_age from ordering.outbox_lag");
    long behind = stage.seconds(15);
    stage.expect(
        "the outbox keeps up: less than %d wait, fifteen seconds' orders".formatted(behind),
        () -> stage.waiting() < behind);
    stage.heal();
    stage.drain();
    stage.expect("nothing came twice", () -> stage.duplicates() == 0);
  }
}
