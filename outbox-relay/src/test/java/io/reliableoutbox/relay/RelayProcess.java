package io.reliableoutbox.relay;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
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
    this(log, environment(outbox, route, brokerUri, lease));
  }

  RelayProcess(Path log, Map<String, String> environment) throws IOException {
    this(log, environment, "128m");
  }

  /** With so much heap. */
  RelayProcess(Path log, Map<String, String> environment, String heap) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx" + heap,
                "-XX:TieredStopAtLevel=1",
                // One that is killed leaves what it has made there.
                "-Djava.io.tmpdir=" + log.toAbsolutePath().getParent(),
                "-jar",
                Path.of("target", "outbox-relay.jar").toString()));
    builder.environment().putAll(environment);
    process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
  }

  /** What a relay on this outbox needs; to be changed and added to. */
  static Map<String, String> environment(OutboxFixture outbox, String brokerUri, Duration lease) {
    return environment(outbox, url -> url, brokerUri, lease);
  }

  private static Map<String, String> environment(
      OutboxFixture outbox, UnaryOperator<String> route, String brokerUri, Duration lease) {
    return new HashMap<>(
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

  /** SIGSTOP: the connections stay, and nothing moves. */
  void pause() throws IOException, InterruptedException {
    signal("STOP");
  }

  /** SIGCONT. */
  void resume() throws IOException, InterruptedException {
    signal("CONT");
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("sh", "-c", "kill -s " + name + " " + process.pid()).start().waitFor();
    if (code != 0) {
      throw new IllegalStateException("no signal " + name + " to " + process.pid());
    }
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
