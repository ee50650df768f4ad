package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.rabbit.Answer;
import io.reliableoutbox.relay.simulation.ModelBroker.Outcome;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the broker answers on a channel: late, in any order, one by one or many at once; a return
 * before its ack.
 */
final class Confirms {
  private record Unanswered(long sequence, Letter letter, Outcome outcome) {}

  private final World world;
  private final Runnable wake;
  private final List<Unanswered> unanswered = new ArrayList<>();
  private final ArrayDeque<Answer> answers = new ArrayDeque<>();
  private boolean answering;

  /** {@code wake} is called whenever there is something new to see. */
  Confirms(World world, Runnable wake) {
    this.world = world;
    this.wake = wake;
  }

  /** The next answer, or null. */
  @Nullable Answer poll() {
    return answers.poll();
  }

  /** A message was taken or refused; the answer comes later. */
  void add(long sequence, Letter letter, Outcome outcome) {
    if (outcome == Outcome.RETURNED) {
      world.saw(Situation.RETURN);
      answers.add(new Answer.Returned(letter.event.id, "312 NO_ROUTE"));
    }
    unanswered.add(new Unanswered(sequence, letter, outcome));
    answerLater();
  }

  /** What was not answered yet never will be. */
  void end() {
    unanswered.clear();
  }

  /** What the queues have taken and the broker has not said so. */
  List<Letter> unconfirmed() {
    return unanswered.stream()
        .filter(message -> message.outcome == Outcome.TAKEN)
        .map(Unanswered::letter)
        .toList();
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
    wake.run();
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
