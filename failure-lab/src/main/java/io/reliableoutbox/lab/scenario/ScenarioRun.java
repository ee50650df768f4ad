package io.reliableoutbox.lab.scenario;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.FolderLock;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Scale;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Plays stories one after the other. The next one takes over the running system if the last one
 * left it drained and checked; after one that failed, even if it had to, it gets a new one.
 */
public final class ScenarioRun implements AutoCloseable {
  private static final List<String> APPS =
      List.of("order-app", "relay-1", "relay-2", "consumer-1", "consumer-2");

  private final Path home;
  private final Console console;
  private final Choice choice;
  private final double rate;
  private final Consumer<LabSystem> prepare;
  private final Curtain curtain;
  private volatile @Nullable LabSystem system;
  private volatile boolean closed;
  private int nodes = 1;
  private boolean hasRun;

  public ScenarioRun(Path home, Console console, Choice choice, double rate) {
    this(home, console, choice, rate, system -> {});
  }

  /** With something done to each system before it starts. */
  public ScenarioRun(
      Path home, Console console, Choice choice, double rate, Consumer<LabSystem> prepare) {
    this.prepare = prepare;
    this.home = home;
    this.console = console;
    this.choice = choice;
    this.rate = rate;
    var folder = home.resolve("target/lab");
    FolderLock.take(folder);
    curtain = new Curtain(console.out(), log(folder.resolve("lab.log")));
  }

  private static OutputStream log(Path file) {
    try {
      return Files.newOutputStream(file);
    } catch (IOException e) {
      throw new InfrastructureException("Can't write to " + file + ".", e);
    }
  }

  /** Those that can't be played on this broker are left out, with a line that says so. */
  public Programme play(List<Scenario> scenarios) {
    var outcomes = new ArrayList<Outcome>();
    for (var scenario : scenarios) {
      if (scenario.brokerNodes() > 1 && choice.withoutDocker() != Choice.RABBITMQ) {
        console.say("\n%s needs an installed RabbitMQ and is left out".formatted(scenario.name()));
        continue;
      }
      var outcome = playedOrNot(scenario);
      if (outcome == null) {
        console.say("\n%s needs RabbitMQ and is left out".formatted(scenario.name()));
        continue;
      }
      outcomes.add(outcome);
      if (scenarios.size() > 1) {
        console.say(outcome.line());
      }
      if (!outcome.passed()) {
        end();
      }
    }
    return new Programme(outcomes);
  }

  /** A system that can't be started, or asked, is this story's failure and not the others'. */
  private @Nullable Outcome playedOrNot(Scenario scenario) {
    try {
      return played(scenario);
    } catch (InfrastructureException e) {
      // Where nothing has ever run, it is the environment that can't be used.
      if (closed || !hasRun) {
        throw e;
      }
      console.say("\n%s can't be played: %s".formatted(scenario.name(), e.getMessage()));
      return Outcome.notPlayed(scenario, String.valueOf(e.getMessage()));
    }
  }

  /** Null where the broker is not one that it needs. */
  private @Nullable Outcome played(Scenario scenario) {
    var running = running(scenario.brokerNodes());
    return scenario.needsRabbit() && !running.realRabbit()
        ? null
        : new Performance(running, console, rate).of(scenario);
  }

  private LabSystem running(int brokerNodes) {
    if (nodes != brokerNodes) {
      end();
    }
    nodes = brokerNodes;
    var running = system;
    if (running == null) {
      curtain.open(true);
      running = new LabSystem(home, new Console(new PrintStream(curtain, true, UTF_8)));
      system = running;
      if (closed) {
        throw new InfrastructureException("It is being ended.");
      }
      // In a story nobody waits an hour: what is refused alone is given up after seconds.
      for (var app : APPS) {
        running.settings(app, Map.of("RELAY_PARK_AFTER", "5s"));
      }
      prepare.accept(running);
      running.scale(new Scale(2, 2, brokerNodes));
      running.start(choice);
      hasRun = true;
      curtain.open(false);
      console.say("\nWhile it runs:  " + running.psql());
    }
    return running;
  }

  private void end() {
    var running = system;
    system = null;
    if (running != null) {
      running.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    end();
  }
}
