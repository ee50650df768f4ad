package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.QueueDeleted;
import io.reliableoutbox.lab.fault.Unreachable;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;

/** Somebody deletes a queue that holds messages. */
public final class QueueDeletedStory implements Scenario {
  private static final String QUEUE = "inventory.orders";
  private static final String MISSING =
      "select count(*) as published_and_not_applied from public.ledger where published_at is not null and %s_applied_at is null";

  /** Not from the class, which is called otherwise than its fault. */
  @Override
  public String name() {
    return "queue-deleted";
  }

  @Override
  public String summary() {
    return "a full queue is deleted: lost at the broker, repaired by replay from the outbox";
  }

  @Override
  public String hypothesis() {
    return """
    Somebody deletes a queue with hundreds of confirmed messages in it. That is data loss at the
    broker, and no confirm protects from it. But the outbox still has every event: the consumer
    makes its queue again, and an operator replays what was published since. Those who had it absorb
    the copies.
    """;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    var since = stage.sql().text("select now()");
    stage.fault(new Unreachable("consumer", "broker"));
    stage.meanwhile(
        "300 messages wait in " + QUEUE,
        Duration.ofMinutes(2),
        () -> stage.broker().waiting(QUEUE) >= 300);
    stage.fault(new QueueDeleted(QUEUE));
    stage.watch(Duration.ofSeconds(3));
    stage.heal();
    stage.meanwhile(
        "the queue is back, and the others have caught up",
        Duration.ofMinutes(2),
        () ->
            stage.broker().waiting(QUEUE) < 50
                && stage.sql().number(MISSING.formatted("analytics")) < 50);
    stage.look(MISSING.formatted("inventory"));
    long missing = stage.sql().number(MISSING.formatted("inventory"));
    stage.expect("inventory misses what the queue held: " + missing + " events", missing >= 300);
    stage.operator("ordering.replay_range('%s', now())".formatted(since));
    stage.drain();
  }
}
