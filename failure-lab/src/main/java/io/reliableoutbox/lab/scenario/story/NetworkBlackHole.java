package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Silent;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A firewall that drops everything, and resets nothing. */
public final class NetworkBlackHole implements Scenario {
  @Override
  public String summary() {
    return "the network swallows what one relay and one consumer say: given up in time, neighbours work";
  }

  @Override
  public String hypothesis() {
    return """
    Between relay-1 and the broker, and between consumer-1 and the database, the network swallows
    everything and closes nothing: no program gets an error, only silence. Each wait here has a
    deadline. relay-1 gives its connection up after the confirm timeout (5 s) and says so in its
    health; a lease (10 s) later it renews its leases no longer: they run out, and relay-2 takes its
    buckets; until then what lies in them waits. consumer-1 goes on when the network is back. Their
    neighbours work, and what nobody knows the end of is sent again and absorbed.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(Silent.bothWays("relay-1", "broker"));
    stage.fault(Silent.bothWays("consumer-1", "postgres"));
    long effects = stage.effects();
    stage.meanwhile(
        "relay-1 says in its health that it has no broker",
        Duration.ofSeconds(60),
        () -> hasNoBroker(stage.brokerHealth("relay-1")));
    stage.tell("Health", "relay-1 says: " + stage.brokerHealth("relay-1"));
    stage.meanwhile(
        "relay-1's leases have run out, and relay-2 owns all 64 buckets",
        Duration.ofSeconds(60),
        () -> stage.buckets("relay-2") == 64);
    stage.meanwhile(
        "300 more effects are seen: the neighbours work",
        Duration.ofMinutes(2),
        () -> stage.effects() > effects + 300);
    stage.heal();
    stage.meanwhile(
        "relay-1 is connected again",
        Duration.ofMinutes(1),
        () -> stage.brokerHealth("relay-1").equals("connected"));
    stage.drain();
    stage.expect("nothing is parked", () -> stage.parked() == 0);
  }

  /** It has to say so itself. */
  private static boolean hasNoBroker(String health) {
    return !health.isEmpty() && !health.equals("connected") && !health.startsWith("no answer");
  }
}
