package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Frozen;
import io.reliableoutbox.lab.fault.Killed;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** A cluster of three nodes loses one, and later another. */
public final class BrokerNodeLost implements Scenario {
  @Override
  public String summary() {
    return "three broker nodes: one is killed, and after its return another is frozen";
  }

  @Override
  public String hypothesis() {
    return """
    The broker is a cluster of three nodes, and its quorum queues have a copy on each. The node that
    all are connected to is killed: the queues get new leaders, relays and consumers connect to
    another node, and two of three are a majority, so confirms go on. When it is back, a second node
    is frozen, which looks like a network that swallows everything. Nothing that was confirmed is
    lost.
    """;
  }

  @Override
  public int brokerNodes() {
    return 3;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Killed("broker"));
    long killed = stage.effects();
    stage.meanwhile(
        "400 more effects are seen, with two nodes of three",
        Duration.ofMinutes(2),
        () -> stage.effects() > killed + 400);
    stage.heal();
    stage.watch(Duration.ofSeconds(5));
    stage.fault(new Frozen("broker-2"));
    long frozen = stage.effects();
    stage.meanwhile(
        "400 more effects are seen, with another two of three",
        Duration.ofMinutes(2),
        () -> stage.effects() > frozen + 400);
    stage.heal();
    stage.drain();
  }
}
