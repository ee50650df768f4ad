package io.reliableoutbox.relay.core;

import java.util.ArrayDeque;
import java.util.List;

/** What is decided of rows and not written yet, in order. */
final class PendingMarks {
  private final ArrayDeque<Mark> marks = new ArrayDeque<>();
  private long bytes;

  void add(Mark mark) {
    marks.add(mark);
    bytes += mark.row().bytes();
  }

  /** The oldest ones, {@code written}, are written. */
  void remove(List<Mark> written) {
    for (Mark mark : written) {
      marks.removeFirst();
      bytes -= mark.row().bytes();
    }
  }

  List<Mark> all() {
    return List.copyOf(marks);
  }

  int size() {
    return marks.size();
  }

  /** Payload that they hold in memory. */
  long bytes() {
    return bytes;
  }

  boolean concern(int bucket) {
    return marks.stream().anyMatch(mark -> mark.row().bucket() == bucket);
  }
}
