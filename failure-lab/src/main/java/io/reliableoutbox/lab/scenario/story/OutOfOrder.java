package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.Unreachable;
import io.reliableoutbox.lab.naive.Wire;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;

/** Events arrive before those that they build on. */
public final class OutOfOrder implements Scenario {
  private static final String EVENTS =
      """
      select o.id, o.aggregate_type, o.aggregate_id, o.aggregate_version, o.event_type, o.payload
      from ordering.outbox o join ordering.outbox_state s using (id)
      where s.state = 'PENDING' and o.aggregate_type = 'order' and o.%s
      order by o.position desc
      """;

  @Override
  public String summary() {
    return "events arrive at the consumers in the wrong order: held, and applied in the right one";
  }

  @Override
  public String hypothesis() {
    return """
    The relays can't reach the broker. In their place somebody publishes what is in the outbox by
    hand, backwards: shipped, then paid, then created. Consumers hold what comes too early, in their
    inbox and not in the broker, and apply it when its predecessor is there. Then the relays come
    back and publish everything again, and the inboxes absorb it.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage.fault(new Unreachable("relay", "broker"));
    stage.meanwhile(
        "300 events wait in the outbox", Duration.ofMinutes(2), () -> stage.waiting() >= 300);
    long known = known(stage);
    int later = publish(stage, "aggregate_version > 1");
    stage.tell(
        "Fault",
        later
            + " events that are not the first of their order are published by hand, the latest first");
    stage.meanwhile(
        "all three consumers have them",
        Duration.ofMinutes(1),
        () -> known(stage) >= known + 3L * later);
    stage.expect("what came too early is held", () -> held(stage) > 0);
    stage.look(
        "select consumer, state, count(*) as events from consuming.inbox_state where state <> 'APPLIED' group by consumer, state");
    int first = publish(stage, "aggregate_version = 1");
    stage.tell("Fault", first + " first events follow");
    stage.meanwhile("none of them is held any more", Duration.ofMinutes(2), () -> held(stage) == 0);
    stage.heal();
    stage.drain();
    stage.expect(
        "what the relays sent again was absorbed: %d deliveries".formatted(stage.duplicates()),
        stage.duplicates() > 0);
  }

  private static long known(Stage stage) {
    return stage.sql().number("select count(*) from consuming.inbox_state");
  }

  private static long held(Stage stage) {
    return stage.sql().number("select count(*) from consuming.inbox_state where state = 'HELD'");
  }

  private static int publish(Stage stage, String which) {
    var events =
        stage.sql().rows(EVENTS.formatted(which)).stream().skip(1).map(OutOfOrder::event).toList();
    return stage
        .broker()
        .publish(
            channel -> {
              for (var event : events) {
                channel.basicPublish(
                    "orders.events",
                    event.type(),
                    event.properties(),
                    event.body().getBytes(StandardCharsets.UTF_8));
              }
              return events.size();
            });
  }

  private static Wire event(List<String> row) {
    return new Wire(
        row.get(0), row.get(1), row.get(2), Long.parseLong(row.get(3)), row.get(4), row.get(5));
  }
}
