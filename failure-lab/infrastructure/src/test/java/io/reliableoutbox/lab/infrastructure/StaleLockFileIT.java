package io.reliableoutbox.lab.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;

/** What a kill -9 leaves behind. */
class StaleLockFileIT {

  @Test
  void postgresql_starts_again_although_its_old_number_is_now_that_of_another_process()
      throws IOException {
    try (var server = new PostgresProcess(new Options(null, /* durable= */ false))) {
      server.kill();
      Process other = new ProcessBuilder(server.asItsUser("sleep", "600")).start();
      try {
        var lines = new ArrayList<>(Files.readAllLines(server.lockFile()));
        lines.set(0, String.valueOf(other.pid()));
        Files.write(server.lockFile(), lines);

        server.start();

        assertThat(server.running()).isTrue();
        assertThat(other.isAlive()).as("nobody else was hit").isTrue();
      } finally {
        other.destroyForcibly();
      }
    }
  }
}
