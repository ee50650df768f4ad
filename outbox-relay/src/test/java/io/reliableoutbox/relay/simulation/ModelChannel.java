package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.rabbit.Answer;
import io.reliableoutbox.relay.simulation.ModelBroker.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A channel in confirm mode. Messages arrive in order and some time after they were written, also
 * when the channel has died in between. Confirms come in any order, one by one or many at once; a
 * return comes before its ack.
 */
final class ModelChannel {
  private record Unanswered(long sequence, Letter letter, Outcome outcome) {}

  private final World world;
  private final ModelConnection connection;
  private final List<Letter> sent = new ArrayList<>();
  private final ArrayDeque<Letter> wire = new ArrayDeque<>();
  private final List<Unanswered> unanswered = new ArrayList<>();
  private final ArrayDeque<Answer> answers = new ArrayDeque<>();
  private long arrived;
  private boolean reading;
  private boolean answering;
  private boolean open = true;
  private boolean closedByMessage;

  ModelChannel(World world, ModelConnection connection) {
    this.world = world;
    this.connection = connection;
  }

  boolean isOpen() {
    return open;
  }

  boolean isClosedByMessage() {
    return closedByMessage;
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
    Answer answer = answers.poll();
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
    unanswered.clear();
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
    return unanswered.stream()
        .filter(message -> message.outcome == Outcome.TAKEN)
        .map(Unanswered::letter)
        .toList();
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
    if (outcome == Outcome.CHANNEL_CLOSED) {
      wire.clear();
      die(true);
      return;
    }
    if (outcome == Outcome.RETURNED) {
      world.saw(Situation.RETURN);
      answers.add(new Answer.Returned(letter.event.id, "312 NO_ROUTE"));
    }
    unanswered.add(new Unanswered(arrived, letter, outcome));
    answerLater();
  }

  private void answerLater() {
    if (!answering) {
      answering = true;
      long delay = world.broker.silentFor() + world.dice.mostlyShort(world.plan.wire);
      world.timeline.after(delay, this::answerSome);
    }
  }

  private void answerSome() {
    answering = false;
    while (!unanswered.isEmpty()) {
      if (world.broker.silentFor() > 0 || world.dice.chance(0.1)) {
        answerLater();
        break;
      }
      if (world.dice.chance(world.plan.multiple)) {
        answerMany();
      } else {
        boolean outOfOrder = unanswered.size() > 1 && world.dice.chance(world.plan.outOfOrder);
        answer(outOfOrder ? world.dice.between(1, unanswered.size() - 1) : 0);
      }
    }
    connection.wake();
  }

  private void answer(int index) {
    Unanswered message = unanswered.remove(index);
    if (index > 0) {
      world.saw(Situation.ACK_OUT_OF_ORDER);
    }
    add(message, false);
  }

  // All up to one of them, as far as they have the same answer.
  private void answerMany() {
    int upTo = world.dice.between(1, unanswered.size());
    boolean nack = unanswered.get(0).outcome == Outcome.NACKED;
    int same = 1;
    while (same < upTo && (unanswered.get(same).outcome == Outcome.NACKED) == nack) {
      same++;
    }
    if (same > 1) {
      world.saw(Situation.ACK_OF_MANY);
    }
    add(unanswered.get(same - 1), true);
    unanswered.subList(0, same).clear();
  }

  private void add(Unanswered message, boolean multiple) {
    boolean nack = message.outcome == Outcome.NACKED;
    world.saw(nack ? Situation.NACK : Situation.ACK);
    answers.add(
        nack
            ? new Answer.Nack(message.sequence, multiple)
            : new Answer.Ack(message.sequence, multiple));
  }
}
