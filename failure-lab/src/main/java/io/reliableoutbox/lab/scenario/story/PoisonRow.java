package io.reliableoutbox.lab.scenario.story;

import io.reliableoutbox.lab.fault.CheckDropped;
import io.reliableoutbox.lab.scenario.Parcels;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.Stage;
import java.time.Duration;
import java.util.List;

/** A row that the broker closes the channel for, each time. */
public final class PoisonRow implements Scenario {
  @Override
  public String summary() {
    return "a row that kills the channel each time: it is found, tried alone, parked";
  }

  @Override
  public String hypothesis() {
    return """
    A row gets past the outbox's checks whose header RabbitMQ answers by closing the channel, with
    everything in flight on it. The relay can't know which message it was; so it sends the suspects
    one at a time on a channel of their own, until one of them is caught. That one is PARKED with
    the broker's reason; what is behind it waits, everything else flows. An operator gives it up.
    """;
  }

  @Override
  public void play(Stage stage) {
    try (var parcels = new Parcels(stage)) {
      parcels.listen();
      stage.steadyState();
      var parcel = Parcels.name();
      stage.fault(new CheckDropped("ordering.outbox", "headers_are_flat_and_not_reserved"));
      stage
          .superuser()
          .update(
              """
              insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload, headers)
              values ('parcel', '%1$s', 'parcel.moved', '{}', '{"CC": "no list"}'),
                     ('parcel', '%1$s', 'parcel.moved', '{}', '{}')
              """
                  .formatted(parcel));
      stage.tell("Fault", "an event of %s has the header CC, and it is no list".formatted(parcel));
      long effects = stage.effects();
      stage.meanwhile(
          "it is PARKED", Duration.ofMinutes(2), () -> stage.state(parcel, 0).equals("PARKED"));
      stage.look("select aggregate_id, waiting, reason from ordering.outbox_stuck");
      stage.expect("orders went on", stage.effects() > effects + 300);
      stage.heal();
      stage.operator("ordering.skip('%s', 'no broker takes it')".formatted(stage.id(parcel, 0)));
      stage.meanwhile(
          "the one behind it has arrived",
          Duration.ofMinutes(1),
          () -> parcels.received(parcel).equals(List.of("none")));
      stage.drain();
    }
  }
}
