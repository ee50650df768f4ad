package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.infrastructure.HostPort;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * One app of the system under supervision. It keeps its address from one start to the next. When it
 * ends without having been asked to, that is said, and it stays dead: people break it on purpose,
 * and watch what the others do meanwhile.
 */
final class AppProcess implements Component {
  static final int ENDED_BY_TERM = 128 + 15;
  private static final Duration START_TIMEOUT = Duration.ofMinutes(4);
  private static final Duration STOP_TIMEOUT = Duration.ofSeconds(30);

  private final AppSpec spec;
  private final Path log;
  private final Console console;
  private final Runnable changed;
  private final int port = FreePort.next();
  private volatile @Nullable ChildProcess process;
  private final AtomicInteger deaths = new AtomicInteger();
  private volatile boolean expectedToRun;
  private volatile boolean mayEnd;

  /**
   * Starts nothing yet.
   *
   * @param changed is told whenever the process has changed
   */
  AppProcess(AppSpec spec, Path logs, Console console, Runnable changed) {
    this.spec = spec;
    this.log = logs.resolve(spec.name() + ".log");
    this.console = console;
    this.changed = changed;
  }

  @Override
  public synchronized void start() {
    if (pid() != 0) {
      return;
    }
    var begin = Instant.now();
    setAddress();
    start(Jvm.run(spec, log), begin);
  }

  /**
   * Its first run, which leaves an archive for those after it: started, and stopped when it is up.
   * Whatever comes of that, those after it can do without.
   */
  synchronized void train() {
    var unpacked = Unpacked.of(spec.jar());
    if (!unpacked.untrained()) {
      return;
    }
    try {
      setAddress();
      start(Jvm.train(spec, log), Instant.now());
    } catch (InfrastructureException e) {
      console.say("%s starts without an archive: %s".formatted(spec.name(), e.getMessage()));
    } finally {
      stop();
    }
    unpacked.trained(exitStatus() == ENDED_BY_TERM);
  }

  private void start(ChildProcess started, Instant begin) {
    process = started;
    expectedToRun = false; // until it is ready: before that, its end is this call's failure
    var unused = started.process().onExit().thenAccept(ended -> ended(started));
    awaitReady(started);
    expectedToRun = true;
    console.up(spec.name(), url(), started.pid(), Duration.between(begin, Instant.now()));
    changed.run();
  }

  private void setAddress() {
    spec.environment().put("SERVER_PORT", Integer.toString(port));
    spec.environment().put("SERVER_ADDRESS", "127.0.0.1");
  }

  private void awaitReady(ChildProcess started) {
    var deadline = Instant.now().plus(START_TIMEOUT);
    while (!Probe.ready(url())) {
      if (!started.alive()) {
        throw new InfrastructureException(
            "%s ended while it started: %s (see %s)"
                .formatted(spec.name(), started.lastLine(), log));
      }
      if (Instant.now().isAfter(deadline)) {
        throw new InfrastructureException(
            "%s is not ready after %d s: %s (see %s)"
                .formatted(spec.name(), START_TIMEOUT.toSeconds(), started.lastLine(), log));
      }
      Pause.millis(100);
    }
  }

  private void ended(ChildProcess ended) {
    if (expectedToRun && ended == process && !mayEnd) {
      deaths.incrementAndGet();
      console.say(
          "%s (pid %d) died with status %d: %s"
              .formatted(spec.name(), ended.pid(), ended.process().exitValue(), ended.lastLine()));
    }
    changed.run();
  }

  /** Adds to its environment, from the next start on. */
  synchronized void settings(Map<String, String> more) {
    spec.environment().putAll(more);
  }

  /** Whether its end is somebody's intention, although nobody here asks for it. */
  void mayEnd(boolean now) {
    mayEnd = now;
  }

  /** The exit status of its latest run; -1 while it runs, or before the first. */
  int exitStatus() {
    var ended = process;
    return ended == null || ended.alive() ? -1 : ended.process().exitValue();
  }

  /** How often it ended without having been asked to. */
  int deaths() {
    return deaths.get();
  }

  @Override
  public void kill() {
    end(ChildProcess::kill, "killed (-9)");
  }

  @Override
  public void stop() {
    end(running -> running.stop("TERM", STOP_TIMEOUT), "stopped");
  }

  @Override
  public void freeze() {
    running().pause();
  }

  @Override
  public void thaw() {
    running().resume();
  }

  private ChildProcess running() {
    var running = process;
    if (running == null || !running.alive()) {
      throw new InfrastructureException(spec.name() + " is not running.");
    }
    return running;
  }

  private void end(java.util.function.Consumer<ChildProcess> how, String word) {
    var running = process;
    if (running != null && running.alive()) {
      expectedToRun = false;
      how.accept(running);
      console.say("%s (pid %d) %s".formatted(spec.name(), running.pid(), word));
    }
  }

  @Override
  public String state() {
    if (pid() == 0) {
      return "down";
    }
    return Probe.ready(url()) ? "up" : "starting";
  }

  @Override
  public long pid() {
    var running = process;
    return running != null && running.alive() ? running.pid() : 0;
  }

  @Override
  public String name() {
    return spec.name();
  }

  @Override
  public String url() {
    return "http://" + address();
  }

  HostPort address() {
    return new HostPort("127.0.0.1", port);
  }

  @Override
  public boolean controllable() {
    return true;
  }
}
