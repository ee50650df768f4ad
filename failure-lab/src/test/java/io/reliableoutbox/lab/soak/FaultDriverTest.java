package io.reliableoutbox.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reliableoutbox.lab.check.FaultWindow;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FaultDriverTest {
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
    var driver = new FaultDriver(Map.of(FaultKind.KILL, slow, FaultKind.FREEZE, slow), line -> {});
    FaultDriver.join(
        driver.start(
            List.of(
                new Fault(0, FaultKind.KILL, "relay-1", 0, ""),
                new Fault(100, FaultKind.FREEZE, "relay-1", 0, ""))));

    List<FaultWindow> windows = driver.log().windows();
    assertThat(windows)
        .extracting(FaultWindow::fault)
        .containsExactly("kill relay-1", "freeze relay-1");
    assertThat(windows.get(1).fromMillis()).isGreaterThanOrEqualTo(windows.get(0).toMillis());
    assertThat(driver.log().tookPlace()).isEqualTo(2);
  }

  @Test
  void what_had_nothing_to_break_is_told_and_not_counted() {
    var driver = new FaultDriver(Map.of(FaultKind.CUT, (Nothing) fault -> {}), line -> {});
    FaultDriver.join(driver.start(List.of(new Fault(0, FaultKind.CUT, "broker", 0, ""))));
    assertThat(driver.log().tookPlace()).isZero();
    assertThat(driver.log().windows()).extracting(FaultWindow::what).containsExactly("no target");
  }

  @Test
  void a_target_that_does_not_come_back_makes_the_run_unusable() {
    Nothing broken =
        fault -> {
          throw new InfrastructureException("it stays dead");
        };
    var driver = new FaultDriver(Map.of(FaultKind.CUT, broken), line -> {});
    var running = driver.start(List.of(new Fault(0, FaultKind.CUT, "broker", 0, "")));
    assertThatThrownBy(() -> FaultDriver.join(running)).hasMessage("it stays dead");
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
