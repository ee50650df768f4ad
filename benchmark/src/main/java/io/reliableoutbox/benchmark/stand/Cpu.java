package io.reliableoutbox.benchmark.stand;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/**
 * Processor time that processes have used, from {@code /proc}: Linux only, elsewhere 0. In steps of
 * 10 ms.
 */
public final class Cpu {
  /** {@code USER_HZ}, which Linux shows to programs as 100 on all its platforms. */
  private static final long MICROS_PER_TICK = 10_000;

  // Counted from the field behind the name, the state.
  private static final int USER_TIME = 11;
  private static final int SYSTEM_TIME = 12;
  private static final int ENDED_CHILDREN_USER_TIME = 13;
  private static final int ENDED_CHILDREN_SYSTEM_TIME = 14;

  private Cpu() {}

  /** Microseconds of a process, of all below it, and of those of them that have ended. */
  public static long micros(long pid) {
    var below =
        ProcessHandle.of(pid).stream()
            .flatMap(ProcessHandle::descendants)
            .mapToLong(ProcessHandle::pid);
    return LongStream.concat(LongStream.of(pid), below).map(Cpu::ticks).sum() * MICROS_PER_TICK;
  }

  private static long ticks(long pid) {
    try {
      return ticks(
          Files.readString(Path.of("/proc", Long.toString(pid), "stat"), StandardCharsets.UTF_8));
    } catch (IOException e) {
      return 0; // It has just ended, and its parent counts it; or this isn't Linux.
    }
  }

  /** From a line of {@code /proc/PID/stat}, in which the command's name may hold anything. */
  static long ticks(String stat) {
    int end = stat.lastIndexOf(')');
    if (end < 0) {
      throw new InfrastructureException("Not a line of /proc/PID/stat: " + stat);
    }
    var fields = stat.substring(end + 2).split(" ", -1);
    return IntStream.of(
            USER_TIME, SYSTEM_TIME, ENDED_CHILDREN_USER_TIME, ENDED_CHILDREN_SYSTEM_TIME)
        .mapToLong(field -> Long.parseLong(fields[field]))
        .sum();
  }
}
