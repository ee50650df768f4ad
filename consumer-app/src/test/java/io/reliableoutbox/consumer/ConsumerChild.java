package io.reliableoutbox.consumer;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.Launch;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** A consumer-app as a process of its own, that can end by itself or be killed. */
public final class ConsumerChild implements AutoCloseable {
  private final ChildProcess process;

  private ConsumerChild(ChildProcess process) {
    this.process = process;
  }

  public static ConsumerChild start(
      Class<?> main,
      List<String> jvm,
      ConsumerDatabase database,
      String brokerUri,
      Path log,
      String... settings) {
    List<String> command = new ArrayList<>(List.of(Launch.java(), "-XX:TieredStopAtLevel=1"));
    command.addAll(jvm);
    command.addAll(
        List.of(
            "-cp",
            System.getProperty("java.class.path"),
            main.getName(),
            "--server.port=0",
            "--spring.datasource.url=" + database.jdbcUrl(),
            "--spring.datasource.password=" + ConsumerDatabase.PASSWORD,
            "--rabbitmq.uri=" + brokerUri));
    command.addAll(List.of(settings));
    return new ConsumerChild(ChildProcess.start(command, environment -> {}, log));
  }

  public boolean alive() {
    return process.alive();
  }

  /** Of a process that has ended. */
  public int exitValue() {
    return process.process().exitValue();
  }

  public String lastLine() {
    return process.lastLine();
  }

  /** SIGSTOP. */
  public void pause() {
    process.pause();
  }

  public void resume() {
    process.resume();
  }

  /** SIGTERM, and waits for the end. */
  public void stop() {
    process.stop("TERM", Duration.ofSeconds(40));
  }

  /** SIGKILL, if it still runs. */
  @Override
  public void close() {
    process.kill();
  }
}
