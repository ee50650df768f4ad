package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Killed;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** The broker dies, and orders are taken all the same. */
public final class BrokerDown implements Scenario {
  @Override
  public String summary() {
    return "the broker is killed: orders are taken all the same, their events wait in the outbox";
  }

  @Override
  public String hypothesis() {
    return """
    The broker is killed. Customers notice nothing: orders are taken, and their events wait in the
    outbox. An outage is nobody's fault, so no event spends an attempt on it. When the broker is
    back, everything drains by itself.
    """;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Killed("broker"));
    stage.meanwhile(
        "500 events wait in the outbox", Duration.ofMinutes(2), () -> stage.waiting() >= 500);
    stage.look(
        """
        select state, count(*) as events, max(attempts) as attempts, max(age) as oldest
        from ordering.outbox_state
        where state <> 'PUBLISHED'
        group by state
        """);
    stage.expect("no attempt was counted against any of them", () -> stage.attempts() == 0);
    stage.heal();
    stage.drain();
  }
}
