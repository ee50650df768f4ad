package io.reliableoutbox.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.load.ClientRecord;
import java.util.Set;
import org.junit.jupiter.api.Test;

class VerdictTest {
  private static final Findings CLEAN = new Findings(Set.of(), Set.of(), Set.of(), Set.of(), 7, 21);
  private static final ClientRecord.Counts CLIENT = new ClientRecord.Counts(8, 7, 1, 1, 0, 3);

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
    Findings lost = new Findings(Set.of("email a 1"), Set.of(), Set.of(), Set.of(), 7, 20);
    Findings nothing = new Findings(Set.of(), Set.of(), Set.of(), Set.of(), 0, 0);
    ClientRecord.Counts nobody = new ClientRecord.Counts(8, 0, 0, 8, 0, 0);
    assertThat(new Verdict(CLIENT, lost, true, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(CLIENT, CLEAN, true, 1, 0, 0).passed()).isFalse();
    assertThat(new Verdict(CLIENT, CLEAN, false, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(nobody, nothing, true, 0, 0, 0).passed()).isFalse();
    assertThat(new Verdict(CLIENT, lost, true, 0, 0, 0).violations()).contains("email a 1");
  }
}
