package io.reliableoutbox.lab;

import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Scratch;
import io.reliableoutbox.lab.scenario.Programme;
import io.reliableoutbox.lab.scenario.Repertoire;
import io.reliableoutbox.lab.scenario.Scenario;
import io.reliableoutbox.lab.scenario.ScenarioRun;
import io.reliableoutbox.lab.system.Console;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** Fault stories by name, or all of them. */
@Command(
    name = "scenario",
    description = "Fault stories, each with its verdict.",
    sortOptions = false)
final class ScenarioCommand implements Callable<Integer> {
  @Spec
  @SuppressWarnings("NullAway.Init") // set by picocli
  private CommandSpec command;

  @Parameters(paramLabel = "NAME", arity = "0..*", description = "Which stories to play, or 'all'.")
  private List<String> names = List.of();

  @Option(names = "--list", description = "Show all stories, a line each.")
  private boolean list;

  @Option(
      names = "--rate",
      paramLabel = "N",
      defaultValue = "20",
      description = "Orders a second (default: ${DEFAULT-VALUE}).")
  private double rate;

  @Option(
      names = "--broker",
      paramLabel = "KIND",
      converter = BrokerChoice.class,
      description = {
        "rabbitmq, docker, or embedded, on which stories about the broker itself are left out",
        "(default: rabbitmq if installed)."
      })
  private @Nullable Choice broker;

  @Mixin private final ReportOption report = new ReportOption();

  @Mixin
  @SuppressWarnings("unused") // read by picocli
  private final HelpOption help = new HelpOption();

  @Override
  public Integer call() {
    if (list) {
      Repertoire.all().forEach(this::show);
      return 0;
    }
    check();
    var reportTo = report.file();
    var scenarios = chosen();
    var home = Path.of("").toAbsolutePath();
    var console = new Console(System.out);
    var choice = (broker == null ? Choice.AUTO : broker).withoutDocker();
    var run = new ScenarioRun(home, console, choice, rate);
    Runtime.getRuntime().addShutdownHook(new Thread(run::close, "end"));
    Programme programme;
    try {
      programme = run.play(scenarios);
    } finally {
      run.close();
      Scratch.finish();
    }
    return conclude(programme, reportTo, console);
  }

  private int conclude(Programme programme, @Nullable Path reportTo, Console console) {
    if (reportTo != null) {
      new ScenarioReports(programme).write(reportTo, console);
    }
    if (programme.outcomes().isEmpty()) {
      throw new InfrastructureException("Nothing was played: that needs RabbitMQ.");
    }
    if (names.size() > 1 || names.contains("all")) {
      console.say("\n" + programme.table() + "\n\n" + programme.line());
      return programme.asHoped() ? 0 : 1;
    }
    console.say("\n" + programme.outcomes().get(0).line());
    return programme.passed() ? 0 : 1;
  }

  private List<Scenario> chosen() {
    return names.contains("all")
        ? Repertoire.all()
        : names.stream().map(Repertoire::named).toList();
  }

  private void show(Scenario scenario) {
    command.commandLine().getOut().printf("%-28s %s%n", scenario.name(), scenario.summary());
  }

  private void check() {
    if (names.isEmpty()) {
      throw new InfrastructureException(
          "Say which scenario; ./run scenario --list shows all, and 'all' plays them.");
    }
    if (!(rate > 0 && rate <= 1000)) {
      throw new InfrastructureException("--rate must be above 0, and 1000 at the most.");
    }
  }
}
