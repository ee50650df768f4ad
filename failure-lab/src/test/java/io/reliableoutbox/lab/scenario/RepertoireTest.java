package io.reliableoutbox.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RepertoireTest {
  @Test
  void each_story_has_a_name_of_its_own_a_summary_and_a_hypothesis() {
    var all = Repertoire.all();
    assertThat(all)
        .extracting(Scenario::name)
        .doesNotHaveDuplicates()
        .allMatch(name -> name.matches("[a-z-]+"));
    assertThat(all)
        .allSatisfy(
            story -> {
              assertThat(story.summary()).hasSizeBetween(20, 110).doesNotContain("\n");
              assertThat(story.hypothesis()).hasSizeGreaterThan(100);
            });
  }

  @Test
  void those_that_must_fail_come_last_because_each_of_them_costs_a_system() {
    var mustFail = Repertoire.all().stream().map(Scenario::mustFail).toList();
    assertThat(mustFail).isSorted().contains(true);
  }

  @ParameterizedTest
  @ValueSource(strings = {"README.md", "docs/failure-matrix.md"})
  void each_story_stands_in_the_documents(String document) throws IOException {
    var text = Files.readString(Path.of("..", document));
    assertThat(Repertoire.all()).allMatch(story -> text.contains("`" + story.name() + "`"));
  }

  @Test
  void a_name_that_no_story_has_is_refused_with_a_sentence() {
    assertThatThrownBy(() -> Repertoire.named("broker-on-fire")).hasMessageContaining("--list");
  }
}
