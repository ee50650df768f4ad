package io.reliableoutbox.lab.naive;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.Launch;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/** One of these programs as a process of its own, so that it can be killed like the real ones. */
public final class NaiveProgram implements AutoCloseable {
  private final Class<?> program;
  private final Map<String, String> environment;
  private final Path log;
  private ChildProcess process;

  /** Starts it. */
  public NaiveProgram(Class<?> program, Map<String, String> environment, Path log) {
    this.program = program;
    this.environment = environment;
    this.log = log;
    process = launch();
  }

  public long pid() {
    return process.pid();
  }

  /** kill -9, and a new one. */
  public void restart() {
    process.kill();
    process = launch();
  }

  private ChildProcess launch() {
    return ChildProcess.start(
        List.of(
            Launch.java(),
            "-Xmx128m",
            "-XX:+UseSerialGC",
            "-XX:-UsePerfData",
            "-cp",
            System.getProperty("java.class.path"),
            program.getName()),
        child -> child.putAll(environment),
        log);
  }

  @Override
  public void close() {
    process.kill();
  }
}
