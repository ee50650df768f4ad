package io.reliableoutbox.consumer;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

class ArchitectureTest {
  private static final JavaClasses CLASSES =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("io.reliableoutbox.consumer");

  @Test
  void only_the_rabbit_package_sees_rabbitmq() {
    noClasses()
        .that()
        .resideOutsideOfPackage("..rabbit..")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("com.rabbitmq..")
        .check(CLASSES);
  }

  @Test
  void the_inbox_knows_no_business_and_no_broker() {
    noClasses()
        .that()
        .resideInAPackage("..inbox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.reliableoutbox.consumer",
            "..rabbit..",
            "..order..",
            "..email..",
            "..inventory..",
            "..analytics..")
        .check(CLASSES);
  }

  @Test
  void the_effects_know_neither_each_other_nor_the_broker() {
    slices()
        .matching("io.reliableoutbox.consumer.(email|inventory|analytics|rabbit)..")
        .should()
        .notDependOnEachOther()
        .check(CLASSES);
  }

  @Test
  void packages_have_no_cycles() {
    slices().matching("io.reliableoutbox.(consumer..)").should().beFreeOfCycles().check(CLASSES);
  }
}
