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
 * order-app, relays, consumer-apps and an SMTP server. {@link #close} may be called at any moment,
 * also while it starts, by another thread; afterwards none of the processes started until then is
 * left, and the rest goes with {@code Scratch.finish()}.
 */
public final class LabSystem implements AutoCloseable {
  static final String DATABASE = "outbox";

  private final Path home;
  private final Path folder;
  private final Console console;
  private final Credentials credentials = new Credentials();
  private final SystemFile file;
  private final Map<String, Object> others = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> settings = new ConcurrentHashMap<>();
  private final Links links = new Links();
  private volatile @Nullable DatabaseServer postgres;
  private volatile @Nullable BrokerServer broker;
  private volatile List<BrokerServer> moreBrokers = List.of();
  private volatile @Nullable MailCapture mail;
  private volatile List<AppProcess> apps = List.of();
  private Scale scale = Scale.USUAL;
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
    Parallel.run(() -> startDatabase(choice, options), () -> startBroker(choice, options));
    var setup = setup();
    setup.apply();
    apps =
        new Apps(home, postgres(), setup, credentials, smtp.port(), links)
            .all(scale, logs(), console, this::describe);
    apps.forEach(app -> app.settings(settings.getOrDefault(app.name(), Map.of())));
    Parallel.run(apps.stream().<Runnable>map(app -> app::start).toArray(Runnable[]::new));
    describe();
  }

  /** Adds to an app's environment, from its next start on. */
  public void settings(String app, Map<String, String> more) {
    settings.computeIfAbsent(app, name -> new ConcurrentHashMap<>()).putAll(more);
    apps.stream().filter(each -> each.name().equals(app)).forEach(each -> each.settings(more));
  }

  /** How many of each; to be called before the start. */
  public void scale(Scale wanted) {
    scale = wanted;
  }

  private void startBroker(Choice choice, Options options) {
    if (scale.brokerNodes() == 1) {
      broker = timed("broker", () -> Infrastructure.broker(choice, options));
      return;
    }
    var begin = Instant.now();
    if (choice.withoutDocker() != Choice.RABBITMQ) {
      throw new InfrastructureException("A cluster of brokers needs an installed RabbitMQ.");
    }
    var nodes = Infrastructure.brokerCluster(scale.brokerNodes(), options);
    broker = nodes.get(0);
    moreBrokers = nodes.subList(1, nodes.size());
    var took = Duration.between(begin, Instant.now());
    var label = nodes.get(0).label() + ", a cluster of " + nodes.size();
    console.up("broker", label, nodes.get(0).pid(), took);
  }

  private BrokerSetup setup() {
    return new BrokerSetup(broker(), moreBrokers, credentials);
  }

  /** Whether this app is made to end by something that the lab added to it. */
  public void mayEnd(String app, boolean now) {
    app(app).mayEnd(now);
  }

  /** The exit status of an app's latest run; -1 while it runs. */
  public int exitStatus(String app) {
    return app(app).exitStatus();
  }

  private AppProcess app(String name) {
    return apps.stream().filter(app -> app.name().equals(name)).findFirst().orElseThrow();
  }

  /** The decorators that can be added to an app's class path. */
  public Path chaosJar() {
    return Jars.CHAOS.in(home);
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
      file.write(postgres(), broker(), setup(), credentials, apps, others);
    }
  }

  public List<Component> components() {
    var setup = setup();
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
    for (int more = 0; more < moreBrokers.size(); more++) {
      all.add(
          new ServerComponent(
              "broker-" + (more + 2), moreBrokers.get(more), this::describe, console));
    }
    all.addAll(apps);
    return all;
  }

  public Component component(String name) {
    return components().stream()
        .filter(component -> component.name().equals(name))
        .findFirst()
        .orElseThrow(() -> new InfrastructureException("There is no component " + name + "."));
  }

  /** Where customers find order-app: through a proxy. */
  public String orderUrl() {
    return "http://" + links.lay("client", "order-app", apps.get(0).address());
  }

  /**
   * What a further program needs to take part, as an app's environment would say it: it gets ways
   * of its own to database and broker.
   */
  public Map<String, String> access(String program, String databaseRole, String brokerUser) {
    return new Apps(home, postgres(), setup(), credentials, mail().port(), links)
        .access(program, databaseRole, brokerUser);
  }

  /** The proxies between the programs. */
  public Links links() {
    return links;
  }

  public DataSource dataSource(String role) {
    return postgres().dataSource(DATABASE, role, credentials.database(role));
  }

  /** As the database's superuser. */
  public DataSource superuser() {
    return postgres().dataSource(DATABASE, postgres().superuser(), postgres().password());
  }

  /** As the administrator, and through no proxy. */
  public String brokerUri() {
    return broker().amqpUri();
  }

  public boolean realRabbit() {
    return broker().realRabbit();
  }

  /** Runs {@code rabbitmqctl} and returns what it printed. */
  public String rabbitmqctl(String... arguments) {
    return broker().runCtl(arguments);
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
    try (var connection = superuser().getConnection();
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
    moreBrokers.forEach(LabSystem::close);
    Parallel.run(() -> close(broker), () -> close(postgres), () -> close(mail), links::close);
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
