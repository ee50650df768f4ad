package io.reliableoutbox.lab;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.jar.JarFile;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What breaks the apps is added by the lab; nothing of it is in what people get. */
class ReleasedJarsIT {
  @ParameterizedTest
  @ValueSource(strings = {"db", "order-app", "outbox-relay", "consumer-app"})
  void what_is_released_contains_no_fault_injection(String app) throws IOException {
    var home = Path.of("..").toAbsolutePath().normalize();
    try (var jar = new JarFile(home.resolve(app + "/target/" + app + ".jar").toFile())) {
      assertThat(jar.stream().map(entry -> entry.getName()))
          .hasSizeGreaterThan(50)
          .noneMatch(name -> name.contains("chaos") || name.contains("byte-buddy"));
    }
  }
}
