package io.reliableoutbox.lab.infrastructure;

import java.nio.file.Path;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** What servers that are child processes of this JVM have in common. */
abstract class ProcessServer implements Server {
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  final Path folder;
  final HostPort address = new HostPort("127.0.0.1", FreePort.next());
  private final String stopSignal;
  private @Nullable ChildProcess process;

  ProcessServer(String name, String stopSignal) {
    this.folder = Scratch.folder(name);
    this.stopSignal = stopSignal;
  }

  /** Launches the process; {@link #awaitReady} then waits for it. */
  abstract ChildProcess launch();

  abstract void awaitReady(ChildProcess started);

  @Override
  public final HostPort address() {
    return address;
  }

  @Override
  public final synchronized long pid() {
    return process != null && process.alive() ? process.pid() : 0;
  }

  @Override
  public final boolean running() {
    return pid() != 0;
  }

  final synchronized Process process() {
    if (process == null) {
      throw new InfrastructureException(product() + " is not running.");
    }
    return process.process();
  }

  @Override
  public synchronized void start() {
    if (!running()) {
      process = launch();
      awaitReady(process);
    }
  }

  @Override
  public final synchronized void stop() {
    if (process != null) {
      process.stop(stopSignal, STOP_TIMEOUT);
    }
  }

  @Override
  public final synchronized void kill() {
    if (process != null) {
      process.kill();
    }
  }

  @Override
  public final synchronized void pause() {
    if (process != null) {
      process.pause();
    }
  }

  @Override
  public final synchronized void resume() {
    if (process != null) {
      process.resume();
    }
  }

  @Override
  public synchronized void close() {
    kill();
    Scratch.delete(folder);
  }
}
