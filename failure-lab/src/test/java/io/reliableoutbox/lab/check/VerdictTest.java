package io.reliableoutbox.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.load.ClientRecord;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final Findings CLEAN = findings(Set.of(), 7, 21);
  private static final ClientRecord.Counts CLIENT = new ClientRecord.Counts(8, 7, 1, 0, 1, 3);

  @Test
  void the_line_is_that_of_the_contract() {
    assertThat(new Verdict(CLIENT, CLEAN, true, 0, 2, 0).line())
        .isEqualTo(
            "verdict: PASS attempted=8 acknowledged=7 published=7 deliveries=23 effects=21"
                + " duplicates_absorbed=2 mails_repeated=0 recovered=1 lost=0 unexpected=0"
                + " duplicate_effects=0 out_of_order=0");
  }

  @Test
  void a_loss_a_death_a_backlog_or_nothing_at_all_is_no_pass() {
    Findings lost = findings(Set.of("email a 1"), 7, 20);
    Findings nothing = findings(Set.of(), 0, 0);
    ClientRecord.Counts nobody = new ClientRecord.Counts(8, 0, 0, 8, 0, 0);
    assertThat(new Verdict(CLIENT, lost, true, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(CLIENT, CLEAN, true, 1, 0, 0).passed()).isFalse();
    assertThat(new Verdict(CLIENT, CLEAN, false, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(nobody, nothing, true, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(CLIENT, lost, true, 0, 0, 0).violations()).contains("email a 1");
  }

  @Test
  void what_is_parked_without_being_poison_or_left_over_is_no_pass() {
    Set<String> none = Set.of();
    var parked = new Findings(none, none, none, none, none, Set.of("email x"), none, 7, 21);
    var left = new Findings(none, none, none, none, none, none, Set.of("mail y"), 7, 21);
    var undelivered = new Findings(none, none, none, none, Set.of("email z 1"), none, none, 7, 21);
    for (Findings wrong : new Findings[] {parked, left, undelivered}) {
      assertThat(new Verdict(CLIENT, wrong, true, 0, 0, 0).passed()).isFalse();
      assertThat(new Verdict(CLIENT, wrong, true, 0, 0, 0).violations()).isNotBlank();
    }
  }

  @Test
  void a_claim_that_did_not_hold_is_no_pass() {
    var verdict = new Verdict(CLIENT, CLEAN, true, 0, 0, 0, List.of("the fault did not happen"));
    assertThat(verdict.passed()).isFalse();
    assertThat(verdict.line()).startsWith("verdict: FAIL ");
    assertThat(verdict.violations()).contains("the fault did not happen");
  }

  @Test
  void a_request_that_was_refused_or_answered_by_a_bug_is_no_pass() {
    var refused = new ClientRecord.Counts(8, 7, 1, 1, 0, 3);
    var failed = new ClientRecord.Counts(8, 8, 1, 0, 0, 3, Set.of("x/pay: 500 {}"));
    assertThat(new Verdict(refused, CLEAN, true, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(refused, CLEAN, true, 0, 0, 0).violations())
        .contains("1 requests were refused");
    assertThat(new Verdict(failed, CLEAN, true, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(failed, CLEAN, true, 0, 0, 0).violations()).contains("x/pay: 500 {}");
  }

  private static Findings findings(Set<String> lost, long published, long effects) {
    Set<String> none = Set.of();
    return new Findings(lost, none, none, none, none, none, none, published, effects);
  }
}
