package io.reliableoutbox.relay.core;

import java.util.ArrayList;
import java.util.List;

/**
 * Cuts what was loaded into lanes. A lane ends before the first row that must wait, or whose
 * message was too much for one load: nothing may overtake it.
 */
public final class LaneCut {
  private final Intake intake;

  public LaneCut(Intake intake) {
    this.intake = intake;
  }

  /**
   * Hands over what was loaded.
   *
   * @param rows grouped by aggregate, each aggregate's in order and from its first unsettled one
   * @param rowsEach how many of an aggregate were asked for
   */
  public void loaded(List<LoadedRow> rows, int rowsEach) {
    int from = 0;
    for (int i = 1; i <= rows.size(); i++) {
      if (i == rows.size() || key(rows, i) != key(rows, from)) {
        lane(rows.subList(from, i), rowsEach);
        from = i;
      }
    }
  }

  private void lane(List<LoadedRow> rows, int rowsEach) {
    LoadedRow first = rows.get(0);
    List<OutboxRow> sendable = new ArrayList<>();
    for (int i = 0; i < rows.size() && rows.get(i).isSendable(); i++) {
      sendable.add(rows.get(i).row());
    }
    if (!sendable.isEmpty()) {
      intake.loaded(sendable, sendable.size() < rows.size() || rows.size() == rowsEach);
    } else if (first.due()) {
      intake.postponed(first.row().aggregateKey(), first.row().bucket());
    } else if (first.parked()) {
      intake.parked(first.row().aggregateKey(), first.row().bucket());
    }
  }

  private static long key(List<LoadedRow> rows, int i) {
    return rows.get(i).row().aggregateKey();
  }
}
