package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Half a relay is worse than none: its leases would keep the others away. */
class DeadThreadIT {
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  @TempDir private Path logs;
  private OutboxFixture outbox;
  private QueueHistory history;
  private Witness witness;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    witness = new Witness(outbox);
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @ParameterizedTest
  @ValueSource(strings = {"relay", "outbox-reader", "mark-writer", "lease-keeper", "hint-listener"})
  void a_relay_of_which_a_thread_dies_ends_and_another_takes_over(String thread) throws Exception {
    String before = outbox.insert("a", "thing.changed");
    Path log = logs.resolve("dying.log");
    Process dying =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                RelayWithADyingThread.class.getName(),
                thread,
                outbox.database.jdbcUrl(),
                OutboxFixture.RELAY_PASSWORD,
                uri)
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    try {
      assertThat(dying.waitFor(60, TimeUnit.SECONDS)).as("it ends").isTrue();
      assertThat(Files.readString(log)).contains("as if, in " + thread);
      assertThat(dying.exitValue()).isEqualTo(3);
      assertThat(outbox.bucketsOf("dying")).as("gave nothing back").isEqualTo(64);
    } finally {
      dying.destroyForcibly();
    }
    String after = outbox.insert("a", "thing.changed");
    outbox.startRelay(uri);
    await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> outbox.ids("PUBLISHED").equals(List.of(before, after)));
    assertThat(history.firstArrivals()).containsExactly(before, after);
    await().until(() -> witness.takenOver() == 64);
    assertThat(witness.stolen()).isZero();
  }
}
