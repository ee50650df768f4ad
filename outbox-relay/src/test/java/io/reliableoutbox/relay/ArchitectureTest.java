package io.reliableoutbox.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaCall;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.time.Clock;
import java.time.Instant;
import java.util.Date;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses relay =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.reliableoutbox.relay");

  private static final DescribedPredicate<JavaCall<?>> READS_THE_WALL_CLOCK =
      DescribedPredicate.describe(
          "reads the wall clock",
          call -> {
            String type = call.getTargetOwner().getName();
            String name = call.getTarget().getName();
            return (type.equals("java.lang.System") && name.equals("currentTimeMillis"))
                || (type.startsWith("java.time.") && name.equals("now"))
                || (type.equals("java.time.Clock") && name.startsWith("system"))
                || (type.equals("java.util.Date")
                    && name.equals("<init>")
                    && call.getTarget().getRawParameterTypes().isEmpty());
          });

  @Test
  void only_the_rabbit_package_sees_the_client_library() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..rabbit..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.rabbitmq..")
        .check(relay);
  }

  @Test
  void the_core_has_no_io_no_threads_and_no_clock() {
    noClasses()
        .that()
        .resideInAPackage("..core..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "java.io..",
            "java.net..",
            "java.nio..",
            "java.sql..",
            "java.util.concurrent..",
            "java.time.chrono..",
            "org.springframework..",
            "com.rabbitmq..",
            "org.slf4j..",
            "io.reliableoutbox.relay.outbox..",
            "io.reliableoutbox.relay.rabbit..",
            "io.reliableoutbox.relay.loop..")
        .check(relay);
    noClasses()
        .that()
        .resideInAPackage("..core..")
        .should()
        .callMethod(System.class, "nanoTime")
        .check(relay);
    noClasses()
        .that()
        .resideInAPackage("..core..")
        .should()
        .callMethod(System.class, "currentTimeMillis")
        .check(relay);
  }

  @Test
  void sql_and_amqp_know_nothing_of_the_loop() {
    noClasses()
        .that()
        .resideInAnyPackage("..outbox..", "..rabbit..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("..loop..")
        .check(relay);
  }

  // Leases run by the database's clock and by the monotonic one of this machine.
  @Test
  void no_decision_of_a_relay_depends_on_the_wall_clock() {
    noClasses()
        .that()
        .resideInAnyPackage("..core..", "..loop..", "..outbox..", "..rabbit..")
        .should()
        .callCodeUnitWhere(READS_THE_WALL_CLOCK)
        .check(relay);
  }

  @Test
  void the_check_for_the_wall_clock_finds_one() {
    assertThatThrownBy(
            () ->
                noClasses()
                    .should()
                    .callCodeUnitWhere(READS_THE_WALL_CLOCK)
                    .check(new ClassFileImporter().importClasses(Tells.class)))
        .hasMessageContaining("was violated (4 times)");
  }

  @SuppressWarnings({"JavaUtilDate", "UnusedMethod", "UnusedVariable"})
  private static final class Tells {
    final Instant now = Instant.now();
    final Clock clock = Clock.systemUTC();
    final long millis = System.currentTimeMillis();
    final Date date = new Date();
  }

  @Test
  void the_packages_have_no_cycles() {
    slices().matching("io.reliableoutbox.relay.(*)..").should().beFreeOfCycles().check(relay);
  }
}
