package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.rabbit.Answer;
import java.util.List;

/** Notes what a relay has been told of its messages when it takes an answer. */
final class Told {
  private Told() {}

  static void of(Answer answer, List<Letter> sent, SimulatedRelay relay) {
    if (answer instanceof Answer.Returned returned) {
      for (Letter letter : sent) {
        // The event and its copy have the same id: a return is meant for both.
        letter.returned |= !letter.answered && letter.event.id.equals(returned.messageId());
      }
    } else if (answer instanceof Answer.Ack ack) {
      for (Letter letter : meant(sent, ack.sequence(), ack.multiple())) {
        letter.acked |= !letter.answered;
        letter.answered = true;
        if (!letter.returned) {
          relay.toldOfConfirm(letter.ticket);
        }
      }
    } else if (answer instanceof Answer.Nack nack) {
      for (Letter letter : meant(sent, nack.sequence(), nack.multiple())) {
        letter.refused |= !letter.answered;
        letter.answered = true;
      }
    }
  }

  private static List<Letter> meant(List<Letter> sent, long sequence, boolean multiple) {
    return sent.subList(multiple ? 0 : (int) sequence - 1, (int) sequence);
  }
}
