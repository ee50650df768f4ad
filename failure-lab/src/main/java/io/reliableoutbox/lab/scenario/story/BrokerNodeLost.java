package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Frozen;
import io.reliableoutbox.lab.fault.Killed;
import io.reliableoutbox.lab.proxy.TcpProxy;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;

/** A cluster of three nodes loses one, and later another. */
public final class BrokerNodeLost implements Scenario {
  private static final List<String> NODES = List.of("broker", "broker-2", "broker-3");

  @Override
  public String summary() {
    return "three broker nodes: one is killed, and after its return another is frozen";
  }

  @Override
  public String hypothesis() {
    return """
    The broker is a cluster of three nodes, and its quorum queues have a copy on each. The node that
    most are connected to is killed: queues that it led get new leaders, relays and consumers
    connect to another node, and two of three are a majority, so confirms go on. When it is back,
    the node that they are connected to now is frozen, which looks like a network that swallows
    everything: it is given up when nothing is heard from it. Nothing that was confirmed is lost.
    """;
  }

  @Override
  public int brokerNodes() {
    return 3;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    var first = busiest(stage);
    stage.fault(new Killed(first));
    long killed = stage.effects();
    stage.meanwhile(
        "400 more effects are seen, with two nodes of three",
        Duration.ofMinutes(2),
        () -> stage.effects() > killed + 400);
    stage.heal();
    stage.watch(Duration.ofSeconds(5));
    var second = busiest(stage);
    stage.expect("it is another node that is used now: " + second, !second.equals(first));
    stage.fault(new Frozen(second));
    long frozen = stage.effects();
    stage.meanwhile(
        "400 more effects are seen, with another two of three",
        Duration.ofMinutes(2),
        () -> stage.effects() > frozen + 400);
    stage.heal();
    stage.drain();
  }

  /** To lose a node that nobody uses would prove nothing. */
  private static String busiest(Stage stage) {
    var node =
        NODES.stream().max(Comparator.comparing(name -> connections(stage, name))).orElseThrow();
    stage.expect(
        "%s is used: %d connections".formatted(node, connections(stage, node)),
        connections(stage, node) > 0);
    return node;
  }

  private static int connections(Stage stage, String node) {
    return stage.system().links().between("", node).stream().mapToInt(TcpProxy::connections).sum();
  }
}
