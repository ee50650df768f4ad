package io.reliableoutbox.lab;

import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.Scale;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code ./run} without a subcommand: everything starts and runs until Ctrl-C. */
class RunCommand implements Callable<Integer> {
  private static final double MAX_RATE = 5000;

  @Option(
      names = "--rate",
      paramLabel = "N",
      description = "Place N orders a second from the start (default: none).")
  private double rate;

  @Option(
      names = "--port",
      paramLabel = "N",
      defaultValue = "8080",
      description = "Port of the dashboard, or the next free one (default: ${DEFAULT-VALUE}).")
  private int port;

  @Option(
      names = "--broker",
      paramLabel = "KIND",
      converter = BrokerChoice.class,
      description = {
        "rabbitmq: the one installed here; embedded: good for a look, not for durability claims;",
        "docker: PostgreSQL and RabbitMQ in containers (default: rabbitmq if installed)."
      })
  private @Nullable Choice broker;

  @Option(
      names = "--relays",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many relays (default: ${DEFAULT-VALUE}).")
  private int relays;

  @Option(
      names = "--consumers",
      paramLabel = "N",
      defaultValue = "2",
      description = "How many consumer-apps (default: ${DEFAULT-VALUE}).")
  private int consumers;

  @Option(
      names = "--broker-nodes",
      paramLabel = "N",
      defaultValue = "1",
      description = {
        "How many nodes of the installed RabbitMQ form the broker: 1, 3 or 5",
        "(default: ${DEFAULT-VALUE})."
      })
  private int brokerNodes;

  @Mixin private final ReportOption report = new ReportOption();

  @Mixin
  @SuppressWarnings("unused") // read by picocli
  private final HelpOption help = new HelpOption();

  @Override
  public Integer call() throws InterruptedException {
    check();
    var scale = new Scale(relays, consumers, brokerNodes);
    var home = Path.of("").toAbsolutePath();
    var session = new RunSession(home, new Console(System.out), rate, report.file(), scale);
    // A signal ends the JVM through this hook; it halts with 0 when all has been ended in order.
    Runtime.getRuntime().addShutdownHook(new Thread(session::end, "end"));
    session.start(broker == null ? Choice.AUTO : broker, FreePort.from(port));
    new CountDownLatch(1).await();
    return 0;
  }

  private void check() {
    if (!(rate >= 0 && rate <= MAX_RATE)) {
      throw new InfrastructureException("--rate must be from 0 to 5000 orders a second.");
    }
    if (port < 1 || port > 65_535) {
      throw new InfrastructureException("--port must be from 1 to 65535.");
    }
  }
}
