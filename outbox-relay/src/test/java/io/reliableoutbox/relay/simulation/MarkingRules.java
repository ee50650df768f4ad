package io.reliableoutbox.relay.simulation;

import io.reliableoutbox.relay.core.Mark;
import java.util.List;

/** What must hold of the marks that relays write, and of what retention removes. */
final class MarkingRules {
  private final World world;

  MarkingRules(World world) {
    this.world = world;
  }

  /** A relay is about to write marks. */
  void marks(SimulatedRelay relay, List<Mark> marks) {
    for (Mark mark : marks) {
      Letter letter = (Letter) mark.row().message();
      if (mark instanceof Mark.Published) {
        Rule.OWN_ACK.require(
            letter.acked && letter.taken && !letter.returned,
            () -> letter + " is to be marked published without its own ack");
      } else {
        Rule.ATTEMPT.require(
            wasRefusedAlone(relay, letter) || letter.closesTheChannel(),
            () -> "an attempt is spent on " + letter + ", which was not refused alone");
      }
    }
  }

  /** Refused, or refused twice, and after it, or after the first time, something was confirmed. */
  private static boolean wasRefusedAlone(SimulatedRelay relay, Letter letter) {
    Letter first = letter.before != null && isRefused(letter.before) ? letter.before : letter;
    return isRefused(letter) && relay.knowsOfConfirmAfter(first.ticket);
  }

  private static boolean isRefused(Letter letter) {
    return letter.refused || letter.returned;
  }

  /** A mark is applied. */
  void marked(int relay, Mark mark, Row row) {
    Lease lease = world.database.leases.get(mark.row().bucket());
    Rule.FENCE.require(
        lease.epoch == mark.epoch() && (lease.owner == relay || lease.owner == Lease.NOBODY),
        () -> "relay " + relay + " marks " + row + ", whose bucket it has lost");
    if (mark instanceof Mark.Retry) {
      world.saw(Situation.RETRY);
    } else if (mark instanceof Mark.Park) {
      world.saw(Situation.PARKED);
    } else if (row.copy) {
      world.saw(Situation.COPY_PUBLISHED);
      // Asked for again while the mark of the one before was on its way: docs/simulation.md.
      if (((Letter) mark.row().message()).takenAt < row.askedAt) {
        world.saw(Situation.COPY_COUNTED_FOR_A_LATER_REQUEST);
      }
    }
  }

  /** A row that is settled, and perhaps about to be removed, was published or skipped. */
  void settled(Event event) {
    boolean out =
        event.row.state == State.PUBLISHED
            ? event.messages > 0
            : event.skipped || event.tombstones > 0;
    Rule.FORGOTTEN.require(out, () -> event.row + " never went out");
  }
}
