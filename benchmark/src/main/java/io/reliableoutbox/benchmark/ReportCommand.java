package io.reliableoutbox.benchmark;

import io.reliableoutbox.benchmark.report.PerformancePage;
import io.reliableoutbox.benchmark.report.ResultFiles;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Makes docs/performance.md and its plots from results. */
@Command(
    name = "report",
    description = "Makes docs/performance.md from the results of earlier runs.",
    sortOptions = false)
final class ReportCommand implements Callable<Integer> {
  @Option(
      names = "--from",
      paramLabel = "FOLDER",
      defaultValue = "target/bench",
      description = "Where the results are (default: ${DEFAULT-VALUE}).")
  private Path from = Path.of("");

  @Option(
      names = "--to",
      paramLabel = "FOLDER",
      defaultValue = "docs",
      description = "Where performance.md goes (default: ${DEFAULT-VALUE}).")
  private Path to = Path.of("");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("unused") // read by picocli
  private boolean help;

  @Override
  public Integer call() {
    var results = new ResultFiles(from.toAbsolutePath()).read(Benchmarks.names());
    new PerformancePage(to.toAbsolutePath()).write(results);
    System.out.println(to.resolve("performance.md") + ": " + results.size() + " benchmarks");
    return 0;
  }
}
