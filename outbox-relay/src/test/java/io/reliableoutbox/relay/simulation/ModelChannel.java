package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.rabbit.Answer;
import io.reliableoutbox.relay.simulation.ModelBroker.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel in confirm mode. Messages arrive in order and some time after they were written, also
 * when the channel has died in between.
 */
final class ModelChannel {
  private final World world;
  private final ModelConnection connection;
  private final List<Letter> sent = new ArrayList<>();
  private final ArrayDeque<Letter> wire = new ArrayDeque<>();
  private final Confirms confirms;
  private long arrived;
  private boolean reading;
  private boolean open = true;
  private boolean closedByMessage;
  private boolean forbidden;

  ModelChannel(World world, ModelConnection connection) {
    this.world = world;
    this.connection = connection;
    this.confirms = new Confirms(world, connection::wake);
  }

  boolean isOpen() {
    return open;
  }

  boolean isClosedByMessage() {
    return closedByMessage;
  }

  boolean isForbidden() {
    return forbidden;
  }

  long nextSequence() {
    return sent.size() + 1L;
  }

  boolean publish(Letter letter) {
    sent.add(letter);
    if (open) {
      wire.add(letter);
      readLater();
    }
    return open;
  }

  /** The next answer, or null; from now on the relay knows. */
  @Nullable Answer answer() {
    Answer answer = confirms.poll();
    if (answer != null) {
      Told.of(answer, sent, connection.relay());
    }
    return answer;
  }

  /** Ends; some of what was written arrives later. */
  void die(boolean byMessage) {
    if (!open) {
      return;
    }
    open = false;
    closedByMessage = byMessage;
    confirms.end();
    List<Letter> late = byMessage ? List.of() : firstOf(wire);
    wire.clear();
    if (!late.isEmpty()) {
      world.timeline.after(
          world.dice.mostlyShort(2 * world.plan.lease.toNanos()), () -> late.forEach(this::late));
    }
    connection.wake();
  }

  private List<Letter> firstOf(ArrayDeque<Letter> letters) {
    return new ArrayList<>(letters).subList(0, world.dice.between(0, letters.size()));
  }

  private void late(Letter letter) {
    if (world.broker.take(letter) == Outcome.TAKEN) {
      world.saw(Situation.MESSAGE_ARRIVED_AFTER_ITS_CHANNEL);
    }
  }

  /** What the queues have taken and the broker has not said so. */
  List<Letter> unconfirmed() {
    return confirms.unconfirmed();
  }

  private void readLater() {
    if (!reading) {
      reading = true;
      world.timeline.after(world.dice.mostlyShort(world.plan.wire), this::read);
    }
  }

  private void read() {
    reading = false;
    if (world.broker.isBlocked()) {
      readLater();
      return;
    }
    while (!wire.isEmpty()) {
      read(wire.poll());
    }
  }

  private void read(Letter letter) {
    arrived++;
    Outcome outcome = world.broker.take(letter);
    world.say(() -> "broker: " + letter + " of relay " + connection.relay().id() + " " + outcome);
    if (outcome == Outcome.CHANNEL_CLOSED || outcome == Outcome.FORBIDDEN) {
      forbidden = outcome == Outcome.FORBIDDEN;
      letter.refused = forbidden;
      wire.clear();
      die(true);
      return;
    }
    confirms.add(arrived, letter, outcome);
  }
}
