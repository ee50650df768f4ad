package io.reliableoutbox.relay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import java.util.stream.LongStream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A simulator that finds nothing in a relay with a mistake proves nothing of one without. */
class MutantsTest {
  private static final long SCHEDULES = 20_000;

  static List<Mutant> mutants() {
    return Mutant.all();
  }

  @ParameterizedTest
  @MethodSource("mutants")
  void a_mistake_is_found(Mutant mutant) {
    OptionalLong seed =
        LongStream.range(0, SCHEDULES).filter(candidate -> isFound(mutant, candidate)).findFirst();
    assertThat(seed).as("a schedule in which %s breaks %s", mutant, mutant.rule()).isPresent();
    System.out.printf("%s: %s at seed %d%n", mutant, mutant.rule(), seed.getAsLong());
  }

  private static boolean isFound(Mutant mutant, long seed) {
    try {
      new Simulation(seed, mutant.variant(), null).run();
      return false;
    } catch (Violation violation) {
      return violation.rule() == mutant.rule();
    }
  }
}
