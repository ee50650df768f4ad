package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Cut;
import io.reliableoutbox.lab.fault.Silent;
import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.infrastructure.HostPort;
import io.reliableoutbox.lab.naive.DualWrite;
import io.reliableoutbox.lab.naive.NaiveProgram;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.HashMap;

/** Commit, then publish: what everybody writes first. */
public final class NaiveDualWrite implements Scenario {
  @Override
  public String summary() {
    return "commit, then publish, without an outbox: loses, and the checker says what";
  }

  @Override
  public String hypothesis() {
    return """
    The same customers, the same consumers, the same faults; but this order service commits the
    order and then publishes its event, as it is often written. The network swallows what it sends
    for a few seconds, and the process is killed. The orders are there, their events are not, and
    nothing will ever bring them back. This must end with FAIL.
    """;
  }

  @Override
  public boolean mustFail() {
    return true;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    int port = FreePort.next();
    var environment = new HashMap<>(stage.system().access("naive", "order_app", "relay"));
    environment.put("SERVER_PORT", Integer.toString(port));
    try (var naive =
        new NaiveProgram(DualWrite.class, environment, stage.log("naive-dual-write"))) {
      stage
          .system()
          .links()
          .between("client", "order-app")
          .forEach(link -> link.leadTo(new HostPort("127.0.0.1", port)));
      stage.tell(
          "Instead",
          "customers are sent to a service that commits, then publishes (process %d)"
              .formatted(naive.pid()));
      stage.steadyState();
      stage.fault(Silent.requests("naive", "broker"));
      long answered = stage.acknowledged();
      stage.meanwhile(
          "customers are told that their orders are placed",
          Duration.ofMinutes(1),
          () -> stage.acknowledged() > answered + 50);
      stage.fault(new Cut("naive", "broker"));
      naive.restart();
      stage.tell("Fault", "kill -9, and a new one is started (process %d)".formatted(naive.pid()));
      stage.heal();
      long before = stage.effects();
      stage.meanwhile(
          "events flow again", Duration.ofMinutes(2), () -> stage.effects() > before + 100);
      stage.drain(Duration.ofSeconds(15));
    }
    stage.look(
        "select consumer, count(*) as waits_for_an_event_that_is_lost from consuming.inbox_state where state = 'HELD' group by consumer");
  }
}
