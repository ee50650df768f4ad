package io.reliableoutbox.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.chaos.Mutant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The system, and each way to build it wrong, through the same faults: the checker tells them. */
@EnabledIfSystemProperty(
    named = "all-scenarios",
    matches = "true",
    disabledReason = "takes a quarter of an hour: ./mvnw verify -Pall-scenarios")
class MutantsIT {
  @Test
  void the_system_as_it_is_passes() throws Exception {
    var verdict = RoughRun.of(null);
    assertThat(verdict.passed()).as(verdict.violations() + verdict.line()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(Mutant.class)
  void a_mutant_is_caught(Mutant mutant) throws Exception {
    var verdict = RoughRun.of(mutant);
    System.out.println(mutant.text() + ": " + verdict.violations() + verdict.line());
    assertThat(verdict.client().acknowledged()).isPositive();
    assertThat(verdict.passed()).as(verdict.line()).isFalse();
  }
}
