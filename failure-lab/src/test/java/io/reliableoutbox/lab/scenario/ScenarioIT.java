package io.reliableoutbox.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.lab.system.Console;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The stories as tests: what {@code ./run scenario} plays, with the same claims and the same
 * verdict. A quick choice of them, or with {@code -Pall-scenarios} all.
 */
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class ScenarioIT {
  private static final List<String> QUICK =
      List.of("connection-cut", "late-commit", "naive-dual-write");
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private ScenarioRun run;

  @BeforeAll
  void begin() {
    run = new ScenarioRun(HOME, new Console(System.out), TestInfrastructure.choice(), 20);
  }

  @AfterAll
  void end() {
    run.close();
  }

  static List<String> stories() {
    return Boolean.getBoolean("all-scenarios")
        ? Repertoire.all().stream().map(Scenario::name).toList()
        : QUICK;
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("stories")
  void ends_as_it_should(String name) {
    var story = Repertoire.named(name);
    var programme = run.play(List.of(story));
    assumeTrue(!programme.outcomes().isEmpty(), "needs RabbitMQ");
    assertThat(programme.outcomes())
        .singleElement()
        .satisfies(
            outcome -> {
              if (story.mustFail()) {
                assertThat(outcome.passed()).isFalse();
                assertThat(outcome.verdict().findings().lost()).isNotEmpty();
                assertThat(outcome.broken()).isEmpty();
              } else {
                assertThat(outcome.broken()).isEmpty();
                assertThat(outcome.verdict().violations()).isEmpty();
                assertThat(outcome.passed()).isTrue();
              }
            });
  }
}
