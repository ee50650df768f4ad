package io.reliableoutbox.lab;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.PrintWriter;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.ParameterException;

/**
 * The command behind {@code ./run}. Exit status: 0 all is well, 1 an invariant was violated, 2
 * arguments or environment that can't be used, with one sentence that says so.
 */
@Command(
    name = "./run",
    description = "Starts the whole system on this machine, and shows it at work.",
    sortOptions = false,
    synopsisSubcommandLabel = "[COMMAND]",
    footer = {
      "",
      "Benchmarks: ./run bench --help.",
      "Ctrl-C stops everything. Logs and addresses: target/lab.",
      "Exit status: 0 fine, 1 an invariant was violated, 2 arguments or environment unusable."
    },
    subcommands = {ScenarioCommand.class, SoakCommand.class, DashboardCommand.class})
public final class Lab extends RunCommand {
  /** What can't be used: arguments, or the environment. */
  static final int UNUSABLE = 2;

  public static void main(String[] arguments) {
    // The libraries' own logging has no place between the lab's lines.
    System.setProperty("slf4j.internal.verbosity", "ERROR");
    System.setProperty("slf4j.provider", "org.slf4j.helpers.NOP_FallbackServiceProvider");
    // GreenMail throws at a client that is killed in the middle of a mail; here they are.
    Thread.setDefaultUncaughtExceptionHandler(
        (thread, failure) -> {
          if (!thread.getName().startsWith("smtp:")) {
            System.err.println("Thread " + thread.getName() + " ended: " + failure);
          }
        });
    System.exit(commandLine().execute(arguments));
  }

  static CommandLine commandLine() {
    return new CommandLine(new Lab())
        .setCaseInsensitiveEnumValuesAllowed(true)
        .setParameterExceptionHandler(Lab::refuse)
        .setExecutionExceptionHandler(
            (failure, command, parsed) -> fail(failure, command.getErr()));
  }

  private static int refuse(ParameterException e, String[] arguments) {
    var out = e.getCommandLine().getErr();
    var sentence = String.valueOf(e.getMessage()).strip();
    out.println(sentence + (sentence.endsWith(".") ? "" : ".") + " Try ./run --help.");
    return UNUSABLE;
  }

  private static int fail(Exception failure, PrintWriter out) {
    if (failure instanceof InfrastructureException) {
      out.println(failure.getMessage());
    } else {
      out.println("Something unforeseen: " + failure);
    }
    return UNUSABLE;
  }
}
