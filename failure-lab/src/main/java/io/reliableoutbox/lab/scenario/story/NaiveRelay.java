package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Cut;
import io.reliableoutbox.lab.fault.Silent;
import io.reliableoutbox.lab.naive.NaiveProgram;
import io.reliableoutbox.lab.naive.PollingRelay;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.HashMap;

/** An outbox, and a loop that publishes what it finds. */
public final class NaiveRelay implements Scenario {
  @Override
  public String summary() {
    return "an outbox with the obvious polling loop: loses, and the checker says what";
  }

  @Override
  public String hypothesis() {
    return """
    There is an outbox now, and orders and events are one transaction. But the relay is the obvious
    loop: read what comes after the last position, publish it, mark it. It marks without having
    heard from the broker. The network swallows what it sends for a few seconds, and it is killed.
    What it has marked, it never sends again. This must end with FAIL.
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
    stage.steadyState();
    stage.system().component("relay-1").stop();
    stage.system().component("relay-2").stop();
    var environment = new HashMap<>(stage.system().access("naive", "outbox_relay", "relay"));
    environment.put(
        "CURSOR",
        stage
            .sql()
            .text(
                "select coalesce(min(position) - 1, 0) from ordering.outbox_state where state <> 'PUBLISHED'"));
    try (var naive = new NaiveProgram(PollingRelay.class, environment, stage.log("naive-relay"))) {
      stage.tell(
          "Instead",
          "both relays are stopped, and a polling loop takes their place (process %d)"
              .formatted(naive.pid()));
      long before = stage.effects();
      stage.meanwhile("events flow", Duration.ofMinutes(2), () -> stage.effects() > before + 100);
      stage.fault(Silent.requests("naive", "broker"));
      stage.watch(Duration.ofSeconds(5));
      stage.fault(new Cut("naive", "broker"));
      stage.heal();
      long after = stage.effects();
      stage.meanwhile(
          "events flow again", Duration.ofMinutes(2), () -> stage.effects() > after + 100);
      stage.drain(Duration.ofSeconds(15));
    }
    stage.look(
        "select count(*) as marked_published, count(*) filter (where email_applied_at is null) as and_never_arrived from public.ledger where published_at is not null");
  }
}
