package io.reliableoutbox.benchmark;

import io.reliableoutbox.benchmark.figures.Table;
import io.reliableoutbox.benchmark.report.ResultFiles;
import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.PostgresInstallation;
import io.reliableoutbox.lab.infrastructure.Scratch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** The command behind {@code ./run bench}. Exit status: 0 measured, 2 it could not be. */
@Command(
    name = "./run bench",
    description = "Measures how fast it is, beside the limits of this machine.",
    sortOptions = false,
    subcommands = ReportCommand.class,
    footer = {"", "Results and logs: target/bench. Flight Recorder: --record."})
public final class Bench implements Callable<Integer> {
  private static final int UNMEASURED = 2;
  private static final Path EMBEDDED = Path.of("embedded");

  @Parameters(
      arity = "0..*",
      paramLabel = "NAME",
      completionCandidates = Benchmarks.Names.class,
      description = "What to measure: ${COMPLETION-CANDIDATES} (default: all of them).")
  private List<String> names = List.of();

  @Option(
      names = "--full",
      description = "Take the time that figures for docs/performance.md need: several hours.")
  private boolean full;

  @Option(
      names = "--pairs",
      paramLabel = "N",
      description = "How often each thing is measured, in turn with the others.")
  private int pairs;

  @Option(names = "--rows", paramLabel = "N", description = "Messages of one measurement.")
  private long rows;

  @Option(
      names = "--payload",
      paramLabel = "BYTES",
      defaultValue = "500",
      description = "Size of a message's body (default: ${DEFAULT-VALUE}).")
  private int payload;

  @Option(
      names = "--heap",
      paramLabel = "MB",
      defaultValue = "256",
      description = "Heap of apps and yardsticks (default: ${DEFAULT-VALUE}).")
  private int heap;

  @Option(
      names = "--seconds",
      paramLabel = "N",
      description = "How long each load is kept up, and an outage lasts.")
  private int seconds;

  @Option(
      names = "--relay-jar",
      paramLabel = "FILE",
      defaultValue = "outbox-relay/target/outbox-relay.jar",
      description = "The relay; given twice, drain and latencies measure both builds in turn.")
  private List<Path> relayJars = List.of();

  @Option(
      names = "--postgres",
      paramLabel = "FOLDER",
      description =
          "PostgreSQL's installation, with its bin; or 'embedded', which is compiled to be small,"
              + " not fast (default: the newest that is installed, else embedded).")
  private @Nullable Path postgres;

  @Option(
      names = "--no-yardstick",
      description = "Only the system; of several relays the first is the measure.")
  private boolean noYardstick;

  @Option(
      names = "--jvm",
      paramLabel = "OPTION",
      description = "A further option of the JVMs, such as --jvm=-XX:+UseG1GC.")
  private List<String> jvmOptions = List.of();

  @Option(
      names = "--record",
      description = "drain: leave a Flight Recorder file of each relay there.")
  private boolean record;

  @Option(
      names = "--out",
      paramLabel = "FOLDER",
      defaultValue = "target/bench",
      description = "Where results and logs go (default: ${DEFAULT-VALUE}).")
  private Path out = Path.of("");

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this.")
  @SuppressWarnings("unused") // read by picocli
  private boolean help;

  public static void main(String[] arguments) {
    // The libraries' own logging has no place between the figures.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty("java.awt.headless", "true");
    int status = commandLine().execute(arguments);
    Scratch.finish();
    System.exit(status);
  }

  static CommandLine commandLine() {
    return new CommandLine(new Bench())
        .setExecutionExceptionHandler(
            (failure, line, parsed) -> fail(failure, line.getErr()::println));
  }

  private static int fail(Exception failure, Consumer<String> say) {
    say.accept(reason(failure));
    return UNMEASURED;
  }

  @Override
  public Integer call() throws IOException {
    var wanted = Benchmarks.named(names);
    var folder = out.toAbsolutePath();
    Files.createDirectories(folder);
    var plan = plan(record ? folder : null);
    var results = new ResultFiles(folder);
    int status = 0;
    try (var stand = new Stand(plan.home(), folder.resolve("logs"), postgres())) {
      System.out.println(stand.postgres().label() + ", " + stand.broker().label());
      for (var benchmark : wanted) {
        status = Math.max(status, measure(benchmark, stand, plan, results));
      }
    }
    return status;
  }

  private @Nullable Path postgres() {
    if (postgres == null) {
      return PostgresInstallation.newest().orElse(null);
    }
    return postgres.equals(EMBEDDED) ? null : postgres;
  }

  /** What can't be measured doesn't keep the others from it. */
  private static int measure(Benchmark benchmark, Stand stand, Plan plan, ResultFiles results) {
    System.out.println(benchmark.name());
    try {
      var result = benchmark.run(stand, plan);
      System.out.print(Table.of(result));
      results.write(result);
      return 0;
    } catch (RuntimeException e) {
      System.out.println("  not measured: " + reason(e));
      return UNMEASURED;
    }
  }

  private static String reason(Exception failure) {
    return failure instanceof InfrastructureException
        ? String.valueOf(failure.getMessage())
        : "something unforeseen: " + failure;
  }

  private Plan plan(@Nullable Path recordings) {
    return new Plan(
        Path.of("").toAbsolutePath(),
        full,
        pairs,
        rows,
        payload,
        new Jvm(heap, jvmOptions),
        relayJars,
        !noYardstick,
        seconds > 0 ? Duration.ofSeconds(seconds) : null,
        recordings);
  }
}
