package io.reliableoutbox.lab.soak;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.reliableoutbox.lab.chaos.CrashPoint;
import io.reliableoutbox.lab.check.Checker;
import io.reliableoutbox.lab.check.Expectations;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.Drain;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.OrderClient;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/** Each crash point once, in the running system under load. */
@EnabledIfSystemProperty(
    named = "all-scenarios",
    matches = "true",
    disabledReason = "takes minutes: ./mvnw verify -Pall-scenarios")
class CrashPointsIT {
  @Test
  void a_process_that_ends_at_any_crash_point_loses_nothing_and_repeats_no_effect() {
    var console = new Console(System.out);
    try (var system = new LabSystem(Path.of("..").toAbsolutePath().normalize(), console)) {
      var chaos = new ChildChaos(system);
      system.start(TestInfrastructure.choice());
      assumeTrue(system.label().contains("RabbitMQ"), "a soak is for RabbitMQ");
      var acknowledged = system.folder().resolve("acknowledged.csv");
      var load =
          new LoadGenerator(new OrderClient(system.orderUrl()), new ClientRecord(acknowledged));
      load.start(15);
      var crash = new CrashAtPoint(new Parts(system, console), chaos);
      for (CrashPoint point : CrashPoint.values()) {
        var fault = new Fault(0, FaultKind.CRASH, point.app() + "-1", 0, point.text() + ":3");
        var struck = crash.strike(fault);
        assertThat(struck.tookPlace()).as(fault + ": " + struck.what()).isTrue();
        crash.mend(fault);
      }
      load.stop(Duration.ofSeconds(60));
      assertThat(new Drain(system.dataSource("inspector")).await(Duration.ofMinutes(2))).isTrue();
      var expected = Expectations.settled(acknowledged).mails(system.mail().messageIds());
      var findings = new Checker(system.dataSource("inspector")).check(expected);
      assertThat(findings.effects()).isPositive();
      assertThat(findings.allEmpty()).as(findings.toString()).isTrue();
      assertThat(system.deaths()).isZero();
    }
  }
}
