package io.reliableoutbox.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class FaultPlanTest {
  private static final Set<FaultKind> ALL = EnumSet.allOf(FaultKind.class);
  private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

  @Test
  void the_same_seed_gives_the_same_faults_and_another_seed_others() {
    assertThat(FaultPlan.of(7, HALF_AN_HOUR, ALL)).isEqualTo(FaultPlan.of(7, HALF_AN_HOUR, ALL));
    assertThat(FaultPlan.of(8, HALF_AN_HOUR, ALL)).isNotEqualTo(FaultPlan.of(7, HALF_AN_HOUR, ALL));
  }

  @Test
  void only_what_was_asked_for_is_planned() {
    List<Fault> cuts = FaultPlan.of(1, HALF_AN_HOUR, EnumSet.of(FaultKind.CUT));
    assertThat(cuts).isNotEmpty().extracting(Fault::kind).containsOnly(FaultKind.CUT);
  }

  @Test
  void half_an_hour_has_each_fault_that_there_is() {
    List<String> all =
        ALL.stream().flatMap(FaultKind::deck).map(FaultPlanTest::withoutPassage).toList();
    for (long seed = 1; seed <= 20; seed++) {
      assertThat(FaultPlan.of(seed, HALF_AN_HOUR, ALL))
          .extracting(FaultPlanTest::withoutPassage)
          .containsAll(all);
    }
  }

  @Test
  void a_target_has_one_fault_at_a_time() {
    List<Fault> plan = FaultPlan.of(3, HALF_AN_HOUR, ALL);
    assertThat(plan).hasSizeGreaterThan(50);
    for (Fault fault : plan) {
      assertThat(plan)
          .filteredOn(other -> !other.equals(fault) && inEachOthersWay(fault, other))
          .allMatch(
              other ->
                  other.endMillis() < fault.atMillis() || other.atMillis() > fault.endMillis());
    }
  }

  private static boolean inEachOthersWay(Fault one, Fault other) {
    return one.kind().needs(one.target()).stream()
        .anyMatch(other.kind().needs(other.target())::contains);
  }

  private static String withoutPassage(Fault fault) {
    return fault.toString().replaceFirst(":[0-9]+$", "");
  }
}
