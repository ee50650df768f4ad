package io.reliableoutbox.relay;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private final JavaClasses relay =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.reliableoutbox.relay");

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

  @Test
  void the_packages_have_no_cycles() {
    slices().matching("io.reliableoutbox.relay.(*)..").should().beFreeOfCycles().check(relay);
  }
}
