package io.reliableoutbox.lab.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.check.Findings;
import io.reliableoutbox.lab.check.Timeline;
import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.load.ClientRecord;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** What several stories come to, those among them that must fail too. */
class ProgrammeTest {
  @Test
  void stories_that_pass_are_summed() {
    var programme = new Programme(List.of(passed("a"), passed("b")));
    assertThat(programme.asHoped()).isTrue();
    assertThat(programme.line())
        .startsWith("verdict: PASS attempted=20 acknowledged=20 ")
        .endsWith("lost=0 unexpected=0 duplicate_effects=0 out_of_order=0");
  }

  @Test
  void one_that_must_fail_and_does_is_as_hoped_and_left_out_of_the_sum() {
    var naive = story("naive", Set.of("email x 1"), List.of(), true);
    var programme = new Programme(List.of(passed("a"), naive));
    assertThat(programme.asHoped()).isTrue();
    assertThat(programme.passed()).isFalse();
    assertThat(programme.line()).startsWith("verdict: PASS attempted=10 ").contains("lost=0");
  }

  @Test
  void one_that_must_fail_and_passes_is_a_failure() {
    var programme = new Programme(List.of(passed("a"), story("naive", Set.of(), List.of(), true)));
    assertThat(programme.asHoped()).isFalse();
    assertThat(programme.line()).startsWith("verdict: FAIL ");
  }

  @Test
  void one_that_must_lose_something_and_fails_for_another_reason_is_a_failure() {
    var noFault = story("naive", Set.of(), List.of("the broker did not stop"), true);
    assertThat(new Programme(List.of(passed("a"), noFault)).asHoped()).isFalse();
  }

  @Test
  void one_that_must_lose_something_and_does_without_its_fault_is_a_failure() {
    var noFault = story("naive", Set.of("email x 1"), List.of("the broker did not stop"), true);
    assertThat(new Programme(List.of(passed("a"), noFault)).asHoped()).isFalse();
  }

  @Test
  void a_story_that_could_not_be_played_fails_and_the_others_keep_their_verdicts() {
    var notPlayed = Outcome.notPlayed(Repertoire.named("broker-down"), "no answer");
    var programme = new Programme(List.of(passed("a"), notPlayed, passed("b")));
    assertThat(programme.asHoped()).isFalse();
    assertThat(programme.line()).startsWith("verdict: FAIL attempted=20 ");
    assertThat(programme.table().lines())
        .hasSize(3)
        .anyMatch(line -> line.startsWith("FAIL broker-down") && line.endsWith("no answer"));
  }

  @Test
  void a_loss_in_one_story_fails_all() {
    var lossy = story("b", Set.of("email x 1"), List.of(), false);
    var programme = new Programme(List.of(passed("a"), lossy));
    assertThat(programme.asHoped()).isFalse();
    assertThat(programme.line()).startsWith("verdict: FAIL ").contains("lost=1");
  }

  @Test
  void a_claim_that_does_not_hold_fails_a_story_in_which_nothing_is_lost() {
    var broken = story("b", Set.of(), List.of("no attempt was counted"), false);
    assertThat(broken.line()).startsWith("verdict: FAIL ");
    var programme = new Programme(List.of(broken));
    assertThat(programme.asHoped()).isFalse();
    assertThat(programme.table()).contains("no attempt was counted");
  }

  @Test
  void no_story_at_all_proves_nothing() {
    assertThat(new Programme(List.of()).asHoped()).isFalse();
  }

  private static Outcome passed(String name) {
    return story(name, Set.of(), List.of(), false);
  }

  private static Outcome story(
      String name, Set<String> lost, List<String> broken, boolean mustFail) {
    var none = Set.<String>of();
    var findings = new Findings(lost, none, none, none, none, none, none, 10, 30);
    var client = new ClientRecord.Counts(10, 10, 0, 0, 0, 10);
    return new Outcome(
        name,
        "hypothesis",
        "system",
        1,
        new Verdict(client, findings, true, 0, 0, 0, broken),
        new Timeline(List.of(), List.of()),
        mustFail);
  }
}
