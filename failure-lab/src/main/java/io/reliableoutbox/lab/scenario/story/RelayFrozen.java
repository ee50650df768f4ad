package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Frozen;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A relay stands still for longer than its lease, and then goes on as if nothing had been. */
public final class RelayFrozen implements Scenario {
  @Override
  public String summary() {
    return "a relay is frozen beyond its lease and wakes up: the other one has its buckets by then";
  }

  @Override
  public String hypothesis() {
    return """
    relay-1 is frozen with messages on their way. Its lease (10 s) runs out, and relay-2 takes its
    buckets under a new epoch. When relay-1 wakes up it still believes that they are its own; but
    each of its writes is fenced by the epoch, so it marks nothing and steals nothing, and joins
    again.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.look(
        "select name, buckets, epoch, lease_left from ordering.relay_state where alive order by name");
    stage.fault(new Frozen("relay-1"));
    stage.meanwhile(
        "relay-2 owns all 64 buckets", Duration.ofMinutes(2), () -> stage.buckets("relay-2") == 64);
    stage.look(
        "select name, buckets, epoch, lease_left from ordering.relay_state where alive order by name");
    stage.heal();
    stage.meanwhile(
        "relay-1 has its share again", Duration.ofMinutes(2), () -> stage.buckets("relay-1") == 32);
    stage.drain();
  }
}
