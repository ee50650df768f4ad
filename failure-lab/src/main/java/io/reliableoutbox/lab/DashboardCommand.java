package io.reliableoutbox.lab;

import io.reliableoutbox.lab.dashboard.Dashboard;
import io.reliableoutbox.lab.dashboard.View;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.LoadReport;
import io.reliableoutbox.lab.load.OrderClient;
import io.reliableoutbox.lab.system.Component;
import io.reliableoutbox.lab.system.Mailpit;
import io.reliableoutbox.lab.system.RemoteApp;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.postgresql.ds.PGSimpleDataSource;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** The dashboard alone, beside a system that runs elsewhere: it can look, and place orders. */
@Command(
    name = "dashboard",
    description = "Only the dashboard, for a system that was not started here.",
    footer = {
      "",
      "Environment: DASHBOARD_DATASOURCE_URL (jdbc:postgresql://localhost:5432/outbox),",
      "DASHBOARD_DATASOURCE_USERNAME (inspector), DASHBOARD_DATASOURCE_PASSWORD,",
      "ORDER_APP_URL (http://localhost:8081), DASHBOARD_MAILPIT_URL (none),",
      "DASHBOARD_APPS (none), such as relay-1=http://relay-1:8082,relay-2=http://relay-2:8082."
    })
final class DashboardCommand implements Callable<Integer> {
  @Option(
      names = "--host",
      defaultValue = "${env:DASHBOARD_HOST:-127.0.0.1}",
      description = "Address to listen on (default: ${DEFAULT-VALUE}).")
  private String host = "";

  @Option(
      names = "--port",
      defaultValue = "${env:DASHBOARD_PORT:-8080}",
      description = "Port to listen on (default: ${DEFAULT-VALUE}).")
  private int port;

  @Mixin
  @SuppressWarnings("unused") // read by picocli
  private final HelpOption help = new HelpOption();

  @Override
  public Integer call() throws InterruptedException {
    var record = new ClientRecord(temporaryFile());
    var load = new LoadGenerator(new OrderClient(orderUrl()), record);
    var mailpit = Optional.ofNullable(System.getenv("DASHBOARD_MAILPIT_URL")).map(Mailpit::new);
    var view =
        new View(
            "a system that runs elsewhere",
            inspector(),
            components(),
            load::place,
            () -> mailpit.map(Mailpit::counts).orElse(java.util.Map.of()),
            () -> LoadReport.entries(load, 0));
    var dashboard = new Dashboard(host, port, view);
    System.out.println("Dashboard:  http://" + host + ":" + dashboard.port());
    new CountDownLatch(1).await();
    return 0;
  }

  private static List<Component> components() {
    var apps = Stream.of(environment("DASHBOARD_APPS", "").split(",")).filter(s -> !s.isBlank());
    return Stream.concat(Stream.of("order-app=" + orderUrl()), apps)
        .map(DashboardCommand::component)
        .distinct()
        .toList();
  }

  private static Component component(String pair) {
    var parts = pair.strip().split("=", 2);
    if (parts.length < 2) {
      throw new InfrastructureException(
          "DASHBOARD_APPS must list NAME=URL, but has '" + pair + "'.");
    }
    return new RemoteApp(parts[0], parts[1]);
  }

  private static PGSimpleDataSource inspector() {
    var source = new PGSimpleDataSource();
    source.setUrl(
        environment("DASHBOARD_DATASOURCE_URL", "jdbc:postgresql://localhost:5432/outbox"));
    source.setUser(environment("DASHBOARD_DATASOURCE_USERNAME", "inspector"));
    source.setPassword(environment("DASHBOARD_DATASOURCE_PASSWORD", ""));
    source.setConnectTimeout(3);
    source.setSocketTimeout(10);
    return source;
  }

  private static java.nio.file.Path temporaryFile() {
    try {
      var file = Files.createTempFile("acknowledged", ".csv");
      file.toFile().deleteOnExit();
      return file;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String orderUrl() {
    return environment("ORDER_APP_URL", "http://localhost:8081");
  }

  private static String environment(String name, String otherwise) {
    return Optional.ofNullable(System.getenv(name)).orElse(otherwise);
  }
}
