package io.reliableoutbox.benchmark;

import io.reliableoutbox.benchmark.stand.Jvm;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How benchmarks are run.
 *
 * @param home the project's folder
 * @param full whether they may take their time
 * @param rounds how often each thing is measured, in turn with the others; 0: as often as suits
 * @param messages of one measurement; 0: as many as suits
 * @param payloadBytes size of a message's body
 * @param jvm how apps and yardsticks run
 * @param relayJars builds of the relay to be compared
 * @param yardstick whether to run the yardsticks too
 * @param time how long each load is kept up; null: as long as suits
 * @param recordings where relays leave Flight Recorder files; null: none
 */
public record Plan(
    Path home,
    boolean full,
    int rounds,
    long messages,
    int payloadBytes,
    Jvm jvm,
    List<Path> relayJars,
    boolean yardstick,
    @Nullable Duration time,
    @Nullable Path recordings) {
  /** How often to measure. */
  public int rounds(int quick, int inFull) {
    return rounds > 0 ? rounds : full ? inFull : quick;
  }

  /** How many messages. */
  public long messages(long quick, long inFull) {
    return messages > 0 ? messages : full ? inFull : quick;
  }

  /** How long to keep a load up. */
  public Duration time(long quickSeconds, long fullSeconds) {
    return time != null ? time : Duration.ofSeconds(full ? fullSeconds : quickSeconds);
  }

  /** The relay, where only one is measured. */
  public Path relayJar() {
    return relayJars.get(0);
  }

  /** What a build of the relay is called in tables. */
  public String label(Path relayJar) {
    return relayJars.size() == 1 ? "relay" : "relay " + (char) ('A' + relayJars.indexOf(relayJar));
  }
}
