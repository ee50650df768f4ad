package io.reliableoutbox.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.check.FaultWindow;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

class FaultDriverTest {
  private static final long LONG = 60_000;
  private static final Fault CUT = new Fault(0, FaultKind.CUT, "broker", 0, "");
  @TempDir Path folder;

  @Test
  void a_fault_waits_until_its_target_has_come_back_from_the_last_one() {
    var second = new CountDownLatch(1);
    Break slow =
        new Break() {
          @Override
          public Struck strike(Fault fault) {
            if (fault.kind() == FaultKind.FREEZE) {
              second.countDown();
            }
            return new Struck(true, "broken");
          }

          @Override
          public void mend(Fault fault) {
            if (fault.kind() == FaultKind.KILL) {
              // Long past the time for which the next fault was planned.
              assertThat(await(second)).isFalse();
            }
          }
        };
    var driver = driver(Map.of(FaultKind.KILL, slow, FaultKind.FREEZE, slow));
    FaultDriver.join(
        driver.start(
            List.of(
                new Fault(0, FaultKind.KILL, "relay-1", 0, ""),
                new Fault(100, FaultKind.FREEZE, "relay-1", 0, "")),
            LONG));

    List<FaultWindow> windows = driver.log().windows();
    assertThat(windows)
        .extracting(FaultWindow::fault)
        .containsExactly("kill relay-1", "freeze relay-1");
    assertThat(windows.get(1).fromMillis()).isGreaterThanOrEqualTo(windows.get(0).toMillis());
    assertThat(driver.log().tookPlace()).isEqualTo(2);
  }

  @Test
  void what_had_nothing_to_break_is_told_and_not_counted() {
    var driver = driver(Map.of(FaultKind.CUT, (Nothing) fault -> {}));
    FaultDriver.join(driver.start(List.of(CUT), LONG));
    assertThat(driver.log().tookPlace()).isZero();
    assertThat(driver.log().windows()).extracting(FaultWindow::what).containsExactly("no target");
  }

  @Test
  void one_that_fails_to_take_place_is_mended_told_and_not_counted_and_the_others_go_on() {
    var mended = new CountDownLatch(1);
    Break fails = failing(new InfrastructureException("nothing to hold back"), mended::countDown);
    var driver = driver(Map.of(FaultKind.CUT, fails));
    FaultDriver.join(driver.start(List.of(CUT, CUT), LONG));
    assertThat(mended.getCount()).isZero();
    assertThat(driver.log().tookPlace()).isZero();
    assertThat(driver.notMended()).isEmpty();
    assertThat(driver.log().windows())
        .extracting(FaultWindow::what)
        .containsExactly("nothing to hold back", "nothing to hold back");
  }

  @Test
  void a_defect_of_the_lab_itself_leaves_nothing_broken() {
    var mended = new CountDownLatch(1);
    Break defect =
        failing(
            new IllegalStateException("a defect"),
            () -> {
              mended.countDown();
              throw new IllegalStateException("another one");
            });
    var driver = driver(Map.of(FaultKind.CUT, defect));
    FaultDriver.join(driver.start(List.of(CUT), LONG));
    assertThat(mended.getCount()).isZero();
    assertThat(driver.log().tookPlace()).isZero();
    assertThat(driver.notMended()).singleElement().asString().contains("another one");
  }

  @Test
  void a_target_that_does_not_come_back_is_a_violation() {
    Nothing broken =
        fault -> {
          throw new InfrastructureException("it stays dead");
        };
    var driver = driver(Map.of(FaultKind.CUT, broken));
    FaultDriver.join(driver.start(List.of(CUT), LONG));
    assertThat(driver.notMended()).containsExactly("mended after cut broker: it stays dead");
  }

  @Test
  void what_has_not_begun_when_the_time_is_up_is_left_out() {
    var driver = driver(Map.of(FaultKind.CUT, (Nothing) fault -> {}));
    FaultDriver.join(driver.start(List.of(CUT, CUT), 0));
    assertThat(driver.log().leftOut()).isEqualTo(2);
    assertThat(driver.log().windows()).isEmpty();
  }

  @Test
  @Timeout(60)
  void what_would_begin_long_after_the_end_is_not_waited_for() {
    var driver = driver(Map.of(FaultKind.CUT, (Nothing) fault -> {}));
    var late = new Fault(600_000, FaultKind.CUT, CUT.target(), 1, "");
    FaultDriver.join(driver.start(List.of(late), 0));
    assertThat(driver.log().leftOut()).isEqualTo(1);
  }

  @Test
  void the_log_of_a_run_is_the_plan_of_another() {
    Break always =
        new Break() {
          @Override
          public Struck strike(Fault fault) {
            return new Struck(true, "broken");
          }

          @Override
          public void mend(Fault fault) {}
        };
    var crash = new Fault(0, FaultKind.CRASH, "relay-1", 1, "after-publish:7");
    var silence = new Fault(0, FaultKind.SILENCE, "client>order-app", 2, "");
    var driver =
        driver(
            Map.of(
                FaultKind.CRASH, always,
                FaultKind.SILENCE, always,
                FaultKind.CUT, (Nothing) fault -> {}));
    FaultDriver.join(driver.start(List.of(crash, silence, CUT), LONG));
    assertThat(FaultLog.arguments(folder.resolve("faults.csv"))).containsExactly("--seed", "7");
    var again = FaultLog.read(folder.resolve("faults.csv"));
    assertThat(again)
        .as("what did not take place is not tried again")
        .usingRecursiveFieldByFieldElementComparatorIgnoringFields("atMillis")
        .containsExactlyInAnyOrder(crash, silence);
    assertThat(again)
        .extracting(Fault::atMillis)
        .isEqualTo(
            driver.log().windows().stream()
                .filter(FaultWindow::tookPlace)
                .map(FaultWindow::fromMillis)
                .toList());
  }

  private static Break failing(RuntimeException strike, Runnable mend) {
    return new Break() {
      @Override
      public Struck strike(Fault fault) {
        throw strike;
      }

      @Override
      public void mend(Fault fault) {
        mend.run();
      }
    };
  }

  private FaultDriver driver(Map<FaultKind, Break> breaks) {
    return new FaultDriver(
        breaks, new FaultLog(folder.resolve("faults.csv"), "--seed 7"), line -> {});
  }

  private interface Nothing extends Break {
    @Override
    default Struck strike(Fault fault) {
      return new Struck(false, "no target");
    }
  }

  private static boolean await(CountDownLatch latch) {
    try {
      return latch.await(500, TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }
}
