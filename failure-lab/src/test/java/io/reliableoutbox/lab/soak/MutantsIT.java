package io.reliableoutbox.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.reliableoutbox.lab.chaos.Mutant;
import io.reliableoutbox.lab.check.Findings;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.lab.scenario.Repertoire;
import io.reliableoutbox.lab.scenario.ScenarioRun;
import io.reliableoutbox.lab.system.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The system, and each way to build it wrong, through the same faults: the checker tells them. */
@EnabledIfSystemProperty(
    named = "all-scenarios",
    matches = "true",
    disabledReason = "takes a quarter of an hour: ./mvnw verify -Pall-scenarios")
class MutantsIT {
  /** Which of the checker's sets says what is wrong with it. */
  interface Symptom extends Function<Findings, Set<String>> {}

  private static final Symptom LOST = Findings::lost;
  private static final Symptom DUPLICATE_EFFECTS = Findings::duplicateEffects;
  private static final Symptom NOT_PARKED = Findings::wronglyParked;

  static Stream<Arguments> mutants() {
    return Stream.of(
        arguments(Mutant.ACK_BEFORE_COMMIT, LOST),
        arguments(Mutant.MARK_BEFORE_CONFIRM, LOST),
        arguments(Mutant.IGNORE_RETURNS, LOST),
        arguments(Mutant.NON_DURABLE_QUEUE, LOST),
        arguments(Mutant.EFFECT_OUTSIDE_THE_TRANSACTION, DUPLICATE_EFFECTS),
        arguments(Mutant.SKIP_THE_INBOX, DUPLICATE_EFFECTS),
        arguments(Mutant.REQUEUE_FOR_EVER, NOT_PARKED));
  }

  @Test
  void the_system_as_it_is_passes() throws Exception {
    var verdict = RoughRun.of(null);
    assertThat(verdict.passed()).as(verdict.violations() + verdict.line()).isTrue();
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("mutants")
  void a_mutant_is_caught_by_its_symptom(Mutant mutant, Symptom symptom) throws Exception {
    var verdict = RoughRun.of(mutant);
    System.out.println(mutant.text() + ": " + verdict.violations() + verdict.line());
    assertThat(verdict.client().acknowledged()).isPositive();
    assertThat(verdict.passed()).as(verdict.line()).isFalse();
    assertThat(symptom.apply(verdict.findings())).as(verdict.violations()).isNotEmpty();
  }

  @Test
  void relays_without_fencing_are_caught_by_a_story_since_inboxes_absorb_what_they_repeat() {
    var console = new Console(System.out);
    try (var run =
        new ScenarioRun(
            Path.of("..").toAbsolutePath().normalize(),
            console,
            TestInfrastructure.choice(),
            20,
            system -> new ChildChaos(system).mutate(Mutant.NO_FENCING))) {
      var programme = run.play(List.of(Repertoire.named("two-relays-rebalance")));
      assumeTrue(!programme.outcomes().isEmpty(), "needs RabbitMQ");
      var outcome = programme.outcomes().get(0);
      assertThat(outcome.broken()).containsExactly("nothing came twice");
      assertThat(outcome.verdict().findings().allEmpty()).isTrue();
    }
  }
}
