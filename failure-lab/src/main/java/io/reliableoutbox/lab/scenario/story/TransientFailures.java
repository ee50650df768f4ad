package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.EffectsFail;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** Effects fail, and would succeed a second later. */
public final class TransientFailures implements Scenario {
  @Override
  public String summary() {
    return "a fifth of all effects fail once: tried again by the clock, in order, from the inbox";
  }

  @Override
  public String hypothesis() {
    return """
    A fifth of all effects fail once, after they were written: a lock that timed out, a service that
    was away. The transaction is rolled back to before that message, and the inbox keeps it as
    RETRYING, due in a second; later events of the same order are HELD behind it. Nothing goes back
    to the queue, and the others don't wait.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new EffectsFail(20));
    stage.meanwhile(
        "each consumer has applied what failed at first",
        Duration.ofMinutes(1),
        () -> consumersThatRetried(stage) == 3);
    stage.look(
        "select consumer, state, attempts, count(*) as events from consuming.inbox_state where attempts > 0 or state <> 'APPLIED' group by consumer, state, attempts order by consumer, state, attempts");
    stage.heal();
    stage.drain();
    stage.expect("nothing is parked", () -> stage.parked() == 0);
  }

  private static long consumersThatRetried(Stage stage) {
    return stage
        .sql()
        .number(
            "select count(distinct consumer) from consuming.inbox_state where state = 'APPLIED' and attempts > 0");
  }
}
