package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.Server;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Function;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * What the apps stand on: PostgreSQL with its schema, the broker, an SMTP server. {@link #close}
 * may be called at any moment, also while they start, by another thread.
 */
final class Servers implements AutoCloseable {
  static final String DATABASE = "outbox";

  /** The longest question is the checker's. */
  private static final int PATIENCE_SECONDS = 90;

  private final Path home;
  private final Path logs;
  private final Console console;
  private final Credentials credentials;
  private volatile @Nullable DatabaseServer postgres;
  private volatile @Nullable BrokerServer broker;
  private volatile List<BrokerServer> moreBrokers = List.of();
  private volatile @Nullable MailCapture mail;
  private final Map<String, KeptConnections> connections = new ConcurrentHashMap<>();

  Servers(Path home, Path logs, Console console, Credentials credentials) {
    this.home = home;
    this.logs = logs;
    this.console = console;
    this.credentials = credentials;
  }

  void start(Choice choice, int brokerNodes) {
    var options = new Options(logs, /* durable= */ true);
    mail = timed("mail", MailCapture::new, smtp -> "smtp://127.0.0.1:" + smtp.port(), smtp -> 0L);
    Parallel.run(
        () -> startDatabase(choice, options), () -> startBroker(choice, brokerNodes, options));
    setup().apply();
  }

  private void startDatabase(Choice choice, Options options) {
    postgres = timed("postgres", () -> Infrastructure.database(choice, options));
    var begin = Instant.now();
    new Migrator(home, postgres(), credentials).run(logs);
    console.up("migrator", "schema is current", 0, Duration.between(begin, Instant.now()));
  }

  private void startBroker(Choice choice, int nodes, Options options) {
    if (nodes == 1) {
      broker = timed("broker", () -> Infrastructure.broker(choice, options));
      return;
    }
    if (choice.withoutDocker() != Choice.RABBITMQ) {
      throw new InfrastructureException("A cluster of brokers needs an installed RabbitMQ.");
    }
    var cluster =
        timed(
            "broker",
            () -> Infrastructure.brokerCluster(nodes, options),
            started -> started.get(0).label() + ", a cluster of " + started.size(),
            started -> started.get(0).pid());
    broker = cluster.get(0);
    moreBrokers = cluster.subList(1, nodes);
  }

  private <S extends Server> S timed(String name, Supplier<S> start) {
    return timed(name, start, server -> server.label() + " " + server.address(), Server::pid);
  }

  private <T> T timed(
      String name, Supplier<T> start, Function<T, String> label, Function<T, Long> pid) {
    var begin = Instant.now();
    var started = start.get();
    var took = Duration.between(begin, Instant.now());
    console.up(name, label.apply(started), pid.apply(started), took);
    return started;
  }

  /** Users, rights and queues of the broker. */
  BrokerSetup setup() {
    return new BrokerSetup(broker(), moreBrokers, credentials);
  }

  /** Each as a part that can be broken; {@code changed} is told of each start and end. */
  List<Component> components(Runnable changed) {
    var all = new ArrayList<Component>();
    all.add(new ServerComponent("postgres", postgres(), changed, console));
    Runnable brokerChanged =
        () -> {
          if (!broker().realRabbit()) {
            setup().apply(); // it has forgotten everything
          }
          changed.run();
        };
    all.add(new ServerComponent("broker", broker(), brokerChanged, console));
    for (int more = 0; more < moreBrokers.size(); more++) {
      all.add(new ServerComponent("broker-" + (more + 2), moreBrokers.get(more), changed, console));
    }
    return all;
  }

  DataSource dataSource(String role) {
    return connections(role, credentials.database(role));
  }

  DataSource superuser() {
    return connections(postgres().superuser(), postgres().password());
  }

  DataSource hasty() {
    return connections(postgres().superuser(), postgres().password(), 2);
  }

  private DataSource connections(String role, String password) {
    return connections(role, password, PATIENCE_SECONDS);
  }

  private DataSource connections(String role, String password, int seconds) {
    return connections.computeIfAbsent(
        role + " " + seconds,
        name -> new KeptConnections(postgres().jdbcUrl(DATABASE), role, password, seconds));
  }

  /** Closes all connections of a role to the database, from its side, and says how many. */
  int cutDatabaseConnections(String role) {
    try (var connection = superuser().getConnection();
        var cut =
            connection.prepareStatement(
                "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where usename = ?")) {
      cut.setString(1, role);
      try (var rows = cut.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    } catch (SQLException e) {
      throw new InfrastructureException("No connection could be cut: " + e.getMessage(), e);
    }
  }

  /** In one line. */
  String label() {
    return postgres().label() + ", " + broker().label();
  }

  DatabaseServer postgres() {
    return started(postgres);
  }

  BrokerServer broker() {
    return started(broker);
  }

  MailCapture mail() {
    return started(mail);
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new InfrastructureException("The system has not started.");
    }
    return part;
  }

  @Override
  public void close() {
    connections.values().forEach(KeptConnections::close);
    moreBrokers.forEach(Servers::close);
    Parallel.run(() -> close(broker), () -> close(postgres), () -> close(mail));
  }

  private static void close(@Nullable AutoCloseable part) {
    try {
      if (part != null) {
        part.close();
      }
    } catch (Exception e) {
      // The guardian ends what is left.
    }
  }
}
