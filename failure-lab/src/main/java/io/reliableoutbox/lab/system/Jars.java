package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.Stream;

/** Where the build leaves what the lab runs. */
enum Jars {
  MIGRATOR("db/target/db.jar"),
  ORDER_APP("order-app/target/order-app.jar"),
  OUTBOX_RELAY("outbox-relay/target/outbox-relay.jar"),
  CONSUMER_APP("consumer-app/target/consumer-app.jar"),
  CHAOS("failure-lab/chaos/target/chaos.jar");

  private final String path;

  Jars(String path) {
    this.path = path;
  }

  Path in(Path home) {
    return home.resolve(path);
  }

  /** Those that Spring Boot has packed. */
  static Stream<Path> applications(Path home) {
    return Stream.of(MIGRATOR, ORDER_APP, OUTBOX_RELAY, CONSUMER_APP).map(jar -> jar.in(home));
  }

  static void require(Path home) {
    for (var jar : values()) {
      if (!Files.isRegularFile(jar.in(home))) {
        throw new InfrastructureException(
            "%s is missing; build it with ./mvnw -DskipTests package.".formatted(jar.in(home)));
      }
    }
  }
}
