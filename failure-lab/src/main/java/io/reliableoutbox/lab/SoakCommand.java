package io.reliableoutbox.lab;

import io.reliableoutbox.lab.check.Report;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Scratch;
import io.reliableoutbox.lab.soak.SoakOptions;
import io.reliableoutbox.lab.soak.SoakRun;
import io.reliableoutbox.lab.system.Console;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.ParseResult;
import picocli.CommandLine.Spec;

/** Random faults under load, then the verdict. */
@Command(
    name = "soak",
    description =
        "Random faults under load, then the verdict; the same seed gives the same faults.",
    sortOptions = false)
final class SoakCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Mixin private final SoakArguments arguments = new SoakArguments();

  @Option(
      names = "--broker",
      paramLabel = "KIND",
      converter = BrokerChoice.class,
      description = "rabbitmq or docker (default: rabbitmq if installed).")
  private @Nullable Choice broker;

  @Mixin private final ReportOption report = new ReportOption();

  @Mixin
  @SuppressWarnings("unused") // read by picocli
  private final HelpOption help = new HelpOption();

  @Override
  public Integer call() {
    var replay = arguments.replay();
    if (replay != null) {
      takeOver(replay);
    }
    var options = arguments.options();
    options.plan(); // what is no plan is refused before anything starts
    var reportTo = report.file();
    var home = Path.of("").toAbsolutePath();
    var console = new Console(System.out);
    var run = new SoakRun(home, console);
    Runtime.getRuntime().addShutdownHook(new Thread(run::close, "end"));
    Report story;
    try {
      story = run.run(broker == null ? Choice.AUTO.withoutDocker() : broker, options);
    } finally {
      run.close();
      Scratch.finish();
    }
    console.say("");
    story.notes().forEach(console::say);
    if (reportTo != null) {
      console.say("Report: " + reportTo + ", " + story.write(reportTo));
    }
    console.say(story.verdict().violations() + story.verdict().line());
    return story.verdict().passed() ? 0 : 1;
  }

  /** What is typed goes before what the log says. */
  private void takeOver(Path log) {
    var typed = command.commandLine().getParseResult();
    for (var option : logged(log).matchedOptions()) {
      if (!typed.hasMatchedOption(option.longestName())) {
        command.findOption(option.longestName()).setValue(option.getValue());
      }
    }
  }

  private static ParseResult logged(Path log) {
    try {
      return new CommandLine(new SoakCommand())
          .setCaseInsensitiveEnumValuesAllowed(true)
          .parseArgs(SoakOptions.ofLog(log).toArray(String[]::new));
    } catch (ParameterException e) {
      throw new InfrastructureException(
          "The first line of " + log + " can't be replayed: " + e.getMessage(), e);
    }
  }
}
