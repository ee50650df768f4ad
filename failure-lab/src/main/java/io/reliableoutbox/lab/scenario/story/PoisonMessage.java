package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.naive.Wire;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.UUID;

/** Messages that no consumer can read. */
public final class PoisonMessage implements Scenario {
  @Override
  public String summary() {
    return "messages that are no JSON, or have no id: parked with body and reason, the others flow";
  }

  @Override
  public String hypothesis() {
    return """
    Somebody publishes nonsense to the exchange: a body that is no JSON, and a message without an
    id. Each consumer parks both in its inbox with body, headers and reason, and acknowledges them:
    a broken message is never tried again and again at the head of the queue. Everybody else's
    messages are applied. An operator reads them, and drops them.
    """;
  }

  @Override
  public boolean needsRabbit() {
    return false;
  }

  @Override
  public void play(Stage stage) {
    stage.steadyState();
    stage
        .broker()
        .publish(
            channel -> {
              var whole =
                  new Wire(
                      UUID.randomUUID().toString(), "order", "nonsense", 1, "order.created", "");
              channel.basicPublish(
                  "orders.events",
                  "order.created",
                  whole.properties(),
                  "this is no JSON".getBytes(StandardCharsets.UTF_8));
              channel.basicPublish(
                  "orders.events", "order.created", null, "{}".getBytes(StandardCharsets.UTF_8));
              return true;
            });
    stage.tell("Fault", "two messages are published that nobody can read");
    stage.meanwhile(
        "all three consumers have parked both", Duration.ofMinutes(2), () -> stage.parked() == 6);
    stage.look(
        "select consumer, reason, last_error, body from consuming.parked order by consumer, reason");
    long effects = stage.effects();
    stage.meanwhile("orders went on", Duration.ofMinutes(2), () -> stage.effects() > effects + 200);
    stage.operator(
        "consuming.drop(consumer, message_id, 'nobody knows what it was') from consuming.parked");
    stage.drain();
    stage.expect("nothing is parked any more", () -> stage.parked() == 0);
  }
}
