package io.reliableoutbox.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;

/** The real jar as a process. */
final class RelayProcess implements AutoCloseable {
  private final Process process;

  RelayProcess(OutboxFixture outbox, String brokerUri, Path log, Duration lease)
      throws IOException {
    this(outbox, url -> url, brokerUri, log, lease);
  }

  /** With {@code route} between the process and its database. */
  RelayProcess(
      OutboxFixture outbox, UnaryOperator<String> route, String brokerUri, Path log, Duration lease)
      throws IOException {
    this(
        log,
        Map.of(
            "SPRING_DATASOURCE_URL",
            route.apply(outbox.database.jdbcUrl()),
            "SPRING_DATASOURCE_PASSWORD",
            OutboxFixture.RELAY_PASSWORD,
            "RABBITMQ_URI",
            brokerUri,
            "RELAY_LEASE",
            lease.toMillis() + "ms",
            "RELAY_CONFIRM_TIMEOUT",
            "2s",
            "SERVER_PORT",
            "0"));
  }

  RelayProcess(Path log, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx128m",
                "-jar",
                Path.of("target", "outbox-relay.jar").toString()));
    builder.environment().putAll(environment);
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** SIGTERM; returns when the process has ended. */
  int stop() throws InterruptedException {
    process.destroy();
    return waitFor();
  }

  int waitFor() throws InterruptedException {
    if (!process.waitFor(120, TimeUnit.SECONDS)) {
      throw new IllegalStateException("the relay does not end");
    }
    return process.exitValue();
  }

  boolean isAlive() {
    return process.isAlive();
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
