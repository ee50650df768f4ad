package io.reliableoutbox.relay.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** All that is left to chance in a schedule, from one seed. */
final class Dice {
  private final SplittableRandom random;

  Dice(long seed) {
    random = new SplittableRandom(seed);
  }

  boolean chance(double probability) {
    return probability > 0 && random.nextDouble() < probability;
  }

  /** Zero in half of all schedules, so that faults also meet in small numbers. */
  double rate(double highest) {
    return random.nextBoolean() ? 0 : highest * random.nextDouble();
  }

  double fraction() {
    return random.nextDouble();
  }

  int between(int least, int most) {
    return random.nextInt(least, most + 1);
  }

  long between(long least, long most) {
    return random.nextLong(least, most + 1);
  }

  long millis(int least, int most) {
    return random.nextLong(least * Timeline.MILLI, most * Timeline.MILLI + 1);
  }

  /** Mostly short, sometimes as long as {@code most}. */
  long mostlyShort(long most) {
    double fraction = random.nextDouble();
    return (long) (most * fraction * fraction * fraction * fraction);
  }

  <T> T oneOf(List<T> choice) {
    return choice.get(random.nextInt(choice.size()));
  }

  SplittableRandom split() {
    return random.split();
  }
}
