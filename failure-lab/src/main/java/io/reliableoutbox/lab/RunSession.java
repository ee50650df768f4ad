package io.reliableoutbox.lab;

import io.reliableoutbox.lab.dashboard.Dashboard;
import io.reliableoutbox.lab.dashboard.View;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.Scratch;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.Drain;
import io.reliableoutbox.lab.load.Ledger;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.LoadReport;
import io.reliableoutbox.lab.load.OrderClient;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Scale;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One {@code ./run} from its start to its end, which may come at any moment. */
final class RunSession {
  private static final Duration ANSWERS = Duration.ofSeconds(10);
  private static final Duration DRAIN = Duration.ofSeconds(30);

  private final Console console;
  private final double rate;
  private final @Nullable Path report;
  private final LabSystem system;
  private volatile @Nullable LoadGenerator load;
  private volatile @Nullable Dashboard dashboard;
  private volatile boolean running;
  private volatile boolean failed;

  RunSession(Path home, Console console, double rate, @Nullable Path report, Scale scale) {
    this.console = console;
    this.rate = rate;
    this.report = report;
    system = new LabSystem(home, console);
    system.scale(scale);
  }

  void start(Choice choice, int port) {
    try {
      system.start(choice);
      show(port);
      running = true;
    } catch (RuntimeException e) {
      if (system.closing()) {
        return; // It failed because it is being ended; the thread that does so says so.
      }
      failed = true;
      throw e;
    }
  }

  private void show(int port) {
    var record = new ClientRecord(system.folder().resolve("acknowledged.csv"));
    var generator = new LoadGenerator(new OrderClient(system.orderUrl()), record);
    load = generator;
    dashboard = new Dashboard("127.0.0.1", port, view(generator));
    var url = "http://localhost:" + port;
    system.publish("dashboard", Map.of("url", url, "pid", ProcessHandle.current().pid()));
    if (rate > 0) {
      generator.start(rate);
      console.say("%n%s orders a second are being placed".formatted(number(rate)));
    }
    console.say("\nSQL:        " + system.psql());
    console.say("Dashboard:  " + url);
  }

  private View view(LoadGenerator generator) {
    return new View(
        system.label(),
        system.dataSource("inspector"),
        system.components(),
        generator::place,
        () -> {
          var mails = system.mail().counts();
          return Map.of(
              "received", mails.received(),
              "distinct", mails.distinct(),
              "repeated", mails.repeated(),
              "latest", mails.latestSubject());
        },
        () -> LoadReport.entries(generator, rate));
  }

  /** Called once, when the process is about to end, whatever the reason. */
  void end() {
    if (running) {
      console.say("\nStopping.");
    }
    settle();
    if (dashboard != null) {
      dashboard.close();
    }
    system.close();
    Scratch.finish();
    if (!failed) {
      console.say("Stopped: no process and no temporary file is left.");
      Runtime.getRuntime().halt(0);
    }
  }

  private void settle() {
    var generator = load;
    if (generator == null) {
      return;
    }
    generator.stop(ANSWERS);
    var counts = generator.counts();
    if (counts.attempted() == 0) {
      return;
    }
    boolean drained = new Drain(system.dataSource("inspector")).await(DRAIN);
    console.say(LoadReport.sentence(generator, drained));
    Ledger.sentences(system.dataSource("inspector")).forEach(console::say);
    if (report != null) {
      LoadReport.write(report, generator, rate, drained, system.label());
      console.say("Report:     " + report);
    }
  }

  static String number(double value) {
    return value == Math.rint(value) ? Long.toString((long) value) : Double.toString(value);
  }
}
