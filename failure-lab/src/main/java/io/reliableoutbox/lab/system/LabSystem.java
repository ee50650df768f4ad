package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.Server;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.jspecify.annotations.Nullable;

/**
 * The whole system as real processes on this machine: PostgreSQL, the broker, the migrator,
 * order-app, two relays, two consumer-apps and an SMTP server. {@link #close} may be called at any
 * moment, also while it starts, by another thread; afterwards none of the processes started until
 * then is left, and the rest goes with {@code Scratch.finish()}.
 */
public final class LabSystem implements AutoCloseable {
  static final String DATABASE = "outbox";

  private final Path home;
  private final Path folder;
  private final Console console;
  private final Credentials credentials = new Credentials();
  private final SystemFile file;
  private final Map<String, Object> others = new ConcurrentHashMap<>();
  private volatile @Nullable DatabaseServer postgres;
  private volatile @Nullable BrokerServer broker;
  private volatile @Nullable MailCapture mail;
  private volatile List<AppProcess> apps = List.of();
  private volatile boolean closing;

  /**
   * Starts nothing yet.
   *
   * @param home the project's folder, with the apps' jars
   */
  public LabSystem(Path home, Console console) {
    this.home = home;
    this.console = console;
    folder = home.resolve("target/lab");
    file = new SystemFile(folder);
  }

  public void start(Choice choice) {
    Jars.require(home);
    Logs.clear(logs());
    var options = new Options(logs(), /* durable= */ true);
    var smtp = timed("mail", MailCapture::new, started -> "smtp://127.0.0.1:" + started.port(), 0);
    mail = smtp;
    others.put("mail", Map.of("smtp", "127.0.0.1:" + smtp.port()));
    Parallel.run(
        () -> startDatabase(choice, options),
        () -> broker = timed("broker", () -> Infrastructure.broker(choice, options)));
    var setup = new BrokerSetup(broker(), credentials);
    setup.apply();
    apps =
        new Apps(home, postgres(), setup, credentials, smtp.port())
            .all(logs(), console, this::describe);
    Parallel.run(apps.stream().<Runnable>map(app -> app::start).toArray(Runnable[]::new));
    describe();
  }

  private void startDatabase(Choice choice, Options options) {
    var started = timed("postgres", () -> Infrastructure.database(choice, options));
    postgres = started;
    var begin = Instant.now();
    new Migrator(home, started, credentials).run(logs());
    console.up("migrator", "schema is current", 0, Duration.between(begin, Instant.now()));
  }

  private <S extends Server> S timed(String name, Supplier<S> start) {
    var begin = Instant.now();
    var server = start.get();
    console.up(
        name,
        server.label() + " " + server.address(),
        server.pid(),
        Duration.between(begin, Instant.now()));
    return server;
  }

  private <T> T timed(
      String name, Supplier<T> start, java.util.function.Function<T, String> address, long pid) {
    var begin = Instant.now();
    var started = start.get();
    console.up(name, address.apply(started), pid, Duration.between(begin, Instant.now()));
    return started;
  }

  /** Adds an entry to system.json. */
  public void publish(String name, Map<String, Object> entry) {
    others.put(name, entry);
    describe();
  }

  private void describe() {
    if (!closing) {
      file.write(
          postgres(), broker(), new BrokerSetup(broker(), credentials), credentials, apps, others);
    }
  }

  public List<Component> components() {
    var setup = new BrokerSetup(broker(), credentials);
    var all = new ArrayList<Component>();
    all.add(new ServerComponent("postgres", postgres(), this::describe, console));
    all.add(
        new ServerComponent(
            "broker",
            broker(),
            () -> {
              if (!broker().realRabbit()) {
                setup.apply(); // it has forgotten everything
              }
              describe();
            },
            console));
    all.addAll(apps);
    return all;
  }

  public String orderUrl() {
    return apps.get(0).url();
  }

  public DataSource dataSource(String role) {
    return postgres().dataSource(DATABASE, role, credentials.database(role));
  }

  /** How many processes of apps have ended without having been asked to. */
  public int deaths() {
    return apps.stream().mapToInt(AppProcess::deaths).sum();
  }

  /** Closes all connections to the broker, from its side, and says how many there were. */
  public int cutBrokerConnections() {
    var open = broker().runCtl("-q", "list_connections", "pid").lines().skip(1).count();
    broker().runCtl("-q", "close_all_connections", "cut by the lab");
    return (int) open;
  }

  /** Closes all connections of a role to the database, from its side, and says how many. */
  public int cutDatabaseConnections(String role) {
    var superuser = postgres().dataSource(DATABASE, postgres().superuser(), postgres().password());
    try (var connection = superuser.getConnection();
        var cut =
            connection.prepareStatement(
                "select count(*) filter (where pg_terminate_backend(pid)) from pg_stat_activity where usename = ?")) {
      cut.setString(1, role);
      try (var rows = cut.executeQuery()) {
        return rows.next() ? rows.getInt(1) : 0;
      }
    } catch (java.sql.SQLException e) {
      throw new InfrastructureException("No connection could be cut: " + e.getMessage(), e);
    }
  }

  public MailCapture mail() {
    return started(mail);
  }

  /** What it runs on, in one line. */
  public String label() {
    return postgres().label() + ", " + broker().label();
  }

  /** What to type to look at everything by SQL. */
  public String psql() {
    return "PGPASSWORD=%s psql -h %s -p %d -U inspector %s"
        .formatted(
            credentials.database("inspector"),
            postgres().address().host(),
            postgres().address().port(),
            DATABASE);
  }

  public Path folder() {
    return folder;
  }

  public boolean closing() {
    return closing;
  }

  private Path logs() {
    return folder.resolve("logs");
  }

  private DatabaseServer postgres() {
    return started(postgres);
  }

  private BrokerServer broker() {
    return started(broker);
  }

  private static <T> T started(@Nullable T part) {
    if (part == null) {
      throw new InfrastructureException("The system has not started.");
    }
    return part;
  }

  /** The apps finish what they hold, all at once; then what they need is ended. */
  @Override
  public void close() {
    closing = true;
    Parallel.run(apps.stream().<Runnable>map(app -> app::stop).toArray(Runnable[]::new));
    Parallel.run(() -> close(broker), () -> close(postgres), () -> close(mail));
    file.delete();
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
