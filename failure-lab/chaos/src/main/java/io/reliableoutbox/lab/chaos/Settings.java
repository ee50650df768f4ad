package io.reliableoutbox.lab.chaos;

import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is to go wrong in this process, from its environment; empty means nothing.
 *
 * @param crash where to end, if anywhere
 * @param passage at which passage of that point, from 1
 * @param transientPercent of the messages of each consumer, so many fail once
 * @param seed decides which
 * @param mutant what is wrong with this build of the system, if anything
 * @param report the file that is told what took place
 */
public record Settings(
    @Nullable CrashPoint crash,
    int passage,
    double transientPercent,
    long seed,
    @Nullable Mutant mutant,
    @Nullable Path report) {
  /** {@code after-publish:37}. */
  public static final String CRASH = "CHAOS_CRASH";

  /** {@code 5:42}: percent and seed. */
  public static final String TRANSIENT = "CHAOS_TRANSIENT";

  public static final String MUTANT = "CHAOS_MUTANT";
  public static final String REPORT = "CHAOS_REPORT";

  static Settings of(Map<String, String> environment) {
    String[] crash = environment.getOrDefault(CRASH, "").split(":", 2);
    String[] failures = environment.getOrDefault(TRANSIENT, "").split(":", 2);
    String mutant = environment.getOrDefault(MUTANT, "");
    String report = environment.getOrDefault(REPORT, "");
    return new Settings(
        crash.length < 2 ? null : CrashPoint.of(crash[0]),
        crash.length < 2 ? 0 : Integer.parseInt(crash[1]),
        failures.length < 2 ? 0 : Double.parseDouble(failures[0]),
        failures.length < 2 ? 0 : Long.parseLong(failures[1]),
        mutant.isEmpty() ? null : Mutant.of(mutant),
        report.isEmpty() ? null : Path.of(report));
  }
}
