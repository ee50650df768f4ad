package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Stream;

/**
 * One run of a child process, in a session of its own, watched by the {@link Guardian}: it can't
 * outlive this JVM. Its output is appended to a log file. Thread-safe.
 */
public final class ChildProcess {
  private static final Duration KILL_TIMEOUT = Duration.ofSeconds(20);

  private final Process process;
  private final Path log;

  private ChildProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  public static ChildProcess start(
      List<String> command, Consumer<Map<String, String>> environment, Path log) {
    var output = Redirect.appendTo(log.toFile());
    return start(command, environment, log, output);
  }

  /** As {@link #start}, but only errors are logged; its output is read here. */
  static ChildProcess startTalking(
      List<String> command, Consumer<Map<String, String>> environment, Path log) {
    return start(command, environment, log, Redirect.PIPE);
  }

  private static ChildProcess start(
      List<String> command, Consumer<Map<String, String>> environment, Path log, Redirect output) {
    var builder = new ProcessBuilder(Launch.inOwnSession(command.toArray(String[]::new)));
    environment.accept(builder.environment());
    builder.redirectOutput(output).redirectError(Redirect.appendTo(log.toFile()));
    try {
      Files.createDirectories(log.toAbsolutePath().getParent());
      var process = builder.start();
      Scratch.watch(process);
      return new ChildProcess(process, log);
    } catch (IOException e) {
      throw new InfrastructureException("Can't run " + command.get(0) + ".", e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  public Process process() {
    return process;
  }

  /** Sends the signal and waits for the end; after the timeout, or when paused, kills. */
  public void stop(String signal, Duration timeout) {
    if (alive()) {
      resume();
      Signals.send(signal, process.pid());
      if (!ended(timeout)) {
        kill();
      }
    }
  }

  /**
   * SIGKILL to it and all below it; returns when all have ended, and what they held (ports, shared
   * memory) is free. It is stopped first, so that it makes no child that nobody kills.
   */
  public void kill() {
    Signals.send("STOP", process.pid());
    var below = process.descendants().toList();
    process.destroyForcibly();
    below.forEach(ProcessHandle::destroyForcibly);
    if (!ended(KILL_TIMEOUT) || !below.stream().allMatch(ChildProcess::gone)) {
      throw new InfrastructureException("Process " + pid() + " survived SIGKILL.");
    }
  }

  /** An orphan that nobody reaps, as in a container without an init, is gone too. */
  private static boolean gone(ProcessHandle killed) {
    long deadline = System.nanoTime() + KILL_TIMEOUT.toNanos();
    while (killed.isAlive() && killed.info().command().isPresent()) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      Await.pause();
    }
    return true;
  }

  /** SIGSTOP to it and all below it, the parent first so that it makes no more. */
  public void pause() {
    Signals.send("STOP", process.pid());
    process.descendants().forEach(child -> Signals.send("STOP", child.pid()));
  }

  public void resume() {
    process.descendants().forEach(child -> Signals.send("CONT", child.pid()));
    Signals.send("CONT", process.pid());
  }

  /** The last line it wrote, for a message that says why it ended. */
  public String lastLine() {
    try (Stream<String> lines = Files.lines(log, java.nio.charset.StandardCharsets.ISO_8859_1)) {
      return lines.filter(line -> !line.isBlank()).reduce("", (before, line) -> line).strip();
    } catch (IOException e) {
      return "";
    }
  }

  private boolean ended(Duration timeout) {
    try {
      return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
