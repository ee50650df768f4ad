package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Stopped;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** Relays come and go in order, and nothing is published twice. */
public final class TwoRelaysRebalance implements Scenario {
  private static final String RELAYS =
      "select name, buckets, epoch, last_publish_at from ordering.relay_state where alive order by name";

  @Override
  public String summary() {
    return "a relay is stopped and started in order: buckets change hands, nothing goes out twice";
  }

  @Override
  public String hypothesis() {
    return """
    relay-2 is stopped in order: it waits for its last confirms and hands its buckets over, without
    the wait for a lease. Started again, it gets half of them back. Buckets change hands between two
    messages, never within one, so nothing is published twice.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.look(RELAYS);
    stage.fault(new Stopped("relay-2"));
    stage.meanwhile(
        "relay-1 owns all 64 buckets", Duration.ofMinutes(1), () -> stage.buckets("relay-1") == 64);
    stage.look(RELAYS);
    stage.watch(Duration.ofSeconds(3));
    stage.heal();
    stage.meanwhile(
        "relay-2 owns 32 again", Duration.ofMinutes(2), () -> stage.buckets("relay-2") == 32);
    stage.look(RELAYS);
    stage.drain();
    stage.expect("nothing came twice", () -> stage.duplicates() == 0);
  }
}
