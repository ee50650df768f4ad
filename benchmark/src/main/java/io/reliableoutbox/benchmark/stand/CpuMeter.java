package io.reliableoutbox.benchmark.stand;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What a message costs each process, between 20 % and 90 % of them: read twice and no oftener. Not
 * thread-safe.
 */
public final class CpuMeter {
  /** The middle of a run: behind the start of the JVM, before the last stragglers. */
  public static final double FROM = 0.2;

  public static final double TO = 0.9;

  private final Stand stand;
  private final String process;
  private final List<Long> pids;
  private final long total;
  private Map<String, Long> from = Map.of();
  private Map<String, Long> to = Map.of();
  private long messages;

  /** {@code pids}: those counted together as {@code process}. */
  public CpuMeter(Stand stand, String process, List<Long> pids, long total) {
    this.stand = stand;
    this.process = process;
    this.pids = pids;
    this.total = total;
  }

  /** To be told often. */
  public void passed(long count) {
    if (from.isEmpty() && count >= FROM * total) {
      from = read();
      messages = count;
    } else if (to.isEmpty() && count >= TO * total) {
      to = read();
      messages = count - messages;
    }
  }

  /** Microseconds per message, by process; empty where a run was too short to tell. */
  public Map<String, Double> costs() {
    var costs = new LinkedHashMap<String, Double>();
    if (!to.isEmpty() && messages > 0) {
      from.forEach(
          (name, micros) ->
              costs.put(name, (double) (to.getOrDefault(name, micros) - micros) / messages));
    }
    return costs;
  }

  private Map<String, Long> read() {
    return Map.of(
        process,
        pids.stream().mapToLong(Cpu::micros).sum(),
        "postgres",
        Cpu.micros(stand.postgres().pid()),
        "broker",
        Cpu.micros(stand.broker().pid()));
  }
}
