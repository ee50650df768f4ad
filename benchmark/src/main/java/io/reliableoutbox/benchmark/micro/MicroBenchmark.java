package io.reliableoutbox.benchmark.micro;

import io.reliableoutbox.benchmark.Benchmark;
import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.Report;
import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.benchmark.figures.Row;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.BenchmarkResult;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;

/** Time and memory of an event in the confirm tracker, in all of the core, and in the envelope. */
public final class MicroBenchmark implements Benchmark {
  private static final String WHICH = "io\\.reliableoutbox\\.relay\\..*Speed.*";
  private static final String ALLOCATED = "gc.alloc.rate.norm";

  @Override
  public String name() {
    return "micro";
  }

  @Override
  public Result run(Stand stand, Plan plan) {
    var report = new Report();
    for (var run : run(plan.rounds(2, 5))) {
      var label = label(run.getParams().getBenchmark());
      report.row(new Row(label + ", time", "ns", scores(run.getBenchmarkResults(), false), null));
      report.row(
          new Row(label + ", allocated", "bytes", scores(run.getBenchmarkResults(), true), null));
    }
    return report
        .note("A figure a fork: each is a JVM of its own, after three seconds of warming up.")
        .result(name(), "single steps of the relay, per event", "stated", stand);
  }

  private static Collection<RunResult> run(int forks) {
    var options =
        new OptionsBuilder()
            .include(WHICH)
            .forks(forks)
            .warmupIterations(3)
            .warmupTime(TimeValue.seconds(1))
            .measurementIterations(3)
            .measurementTime(TimeValue.seconds(1))
            .mode(Mode.AverageTime)
            .timeUnit(TimeUnit.NANOSECONDS)
            .addProfiler(GCProfiler.class)
            .verbosity(VerboseMode.SILENT)
            .shouldFailOnError(true)
            .build();
    try {
      return new Runner(options).run();
    } catch (RunnerException e) {
      throw new InfrastructureException("JMH failed: " + e.getMessage(), e);
    }
  }

  private static List<Double> scores(Collection<BenchmarkResult> forks, boolean allocated) {
    return forks.stream()
        .map(
            fork ->
                allocated
                    ? Objects.requireNonNull(fork.getSecondaryResults().get(ALLOCATED)).getScore()
                    : fork.getPrimaryResult().getScore())
        .toList();
  }

  /** {@code ConfirmTrackerSpeed.answeredTogether} of the class's full name. */
  private static String label(String benchmark) {
    var parts = benchmark.split("\\.", -1);
    return parts[parts.length - 2].replace("Speed", "") + "." + parts[parts.length - 1];
  }
}
