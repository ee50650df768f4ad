package io.reliableoutbox.benchmark.load;

import java.util.function.IntPredicate;

/** Finds the highest rate that is borne: first by steps of a half, then by halving the rest. */
public final class CapacitySearch {
  private static final int HALVINGS = 3;

  private CapacitySearch() {}

  /**
   * From {@code start} on.
   *
   * @param borne whether a rate is; assumed to be false above the first rate for which it is
   * @return 0 where not even a sixteenth of {@code start} is borne
   */
  public static int highest(int start, IntPredicate borne) {
    int low = 0;
    int high = 0;
    for (int rate = start; high == 0; rate += rate / 2) {
      if (borne.test(rate)) {
        low = rate;
      } else {
        high = rate;
      }
    }
    for (int n = 0; n < (low == 0 ? HALVINGS + 1 : HALVINGS); n++) {
      int middle = (low + high) / 2;
      if (borne.test(middle)) {
        low = middle;
      } else {
        high = middle;
      }
    }
    return low;
  }
}
