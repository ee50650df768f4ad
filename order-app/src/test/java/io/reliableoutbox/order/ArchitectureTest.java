package io.reliableoutbox.order;

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
          .importPackages("io.reliableoutbox.order");

  @Test
  void the_order_service_knows_no_broker() {
    noClasses()
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage("com.rabbitmq..", "org.springframework.amqp..")
        .check(CLASSES);
  }

  @Test
  void nothing_that_ships_knows_fault_injection() {
    noClasses().should().dependOnClassesThat().resideInAPackage("..chaos..").check(CLASSES);
  }

  @Test
  void the_outbox_knows_no_orders() {
    noClasses()
        .that()
        .resideInAPackage("..order.outbox..")
        .should()
        .dependOnClassesThat()
        .resideInAnyPackage(
            "io.reliableoutbox.order",
            "..order.http..",
            "..order.change..",
            "..order.store..",
            "..order.start..")
        .check(CLASSES);
  }

  @Test
  void packages_form_no_cycles() {
    slices().matching("io.reliableoutbox.order.(*)..").should().beFreeOfCycles().check(CLASSES);
    // What an order is depends on nobody.
    noClasses()
        .that()
        .resideInAPackage("io.reliableoutbox.order")
        .should()
        .dependOnClassesThat()
        .resideInAPackage("io.reliableoutbox.order.(*)..")
        .check(CLASSES);
  }
}
