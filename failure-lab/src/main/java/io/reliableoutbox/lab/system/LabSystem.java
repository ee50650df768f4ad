package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import javax.sql.DataSource;

/**
 * The whole system as real processes on this machine: PostgreSQL, the broker, the migrator,
 * order-app, relays, consumer-apps and an SMTP server. {@link #close} may be called at any moment,
 * also while it starts, by another thread; afterwards none of the processes started until then is
 * left, and the rest goes with {@code Scratch.finish()}.
 */
public final class LabSystem implements AutoCloseable {
  private final Path home;
  private final Path folder;
  private final Console console;
  private final Credentials credentials = new Credentials();
  private final Servers servers;
  private final SystemFile file;
  private final Map<String, Object> others = new ConcurrentHashMap<>();
  private final Map<String, Map<String, String>> settings = new ConcurrentHashMap<>();
  private final Links links = new Links();
  private volatile List<AppProcess> apps = List.of();
  private Scale scale = Scale.USUAL;
  private volatile boolean closing;

  /**
   * Starts nothing yet; but from here on the folder's {@code target/lab} is this JVM's.
   *
   * @param home the project's folder, with the apps' jars
   */
  public LabSystem(Path home, Console console) {
    this.home = home;
    this.console = console;
    folder = home.resolve("target/lab");
    FolderLock.take(folder);
    file = new SystemFile(folder);
    servers = new Servers(home, logs(), console, credentials);
  }

  public void start(Choice choice) {
    Jars.require(home);
    Logs.clear(logs());
    Parallel.run(this::unpack, () -> servers.start(choice, scale.brokerNodes()));
    others.put("mail", Map.of("smtp", "127.0.0.1:" + mail().port()));
    apps = programs().all(scale, logs(), console, this::describe);
    train();
    apps.forEach(app -> app.settings(settings.getOrDefault(app.name(), Map.of())));
    Parallel.run(apps.stream().<Runnable>map(app -> app::start).toArray(Runnable[]::new));
    describe();
  }

  /** So that processes that are started again and again do so with half the work. */
  private void unpack() {
    Parallel.run(
        Jars.applications(home)
            .<Runnable>map(jar -> () -> Unpacked.of(jar).unpack(folder.resolve("unpack.log")))
            .toArray(Runnable[]::new));
  }

  /** One of each kind, once after a build; without what the lab adds to it. */
  private void train() {
    if (Jars.applications(home).noneMatch(jar -> Unpacked.of(jar).untrained())) {
      return;
    }
    console.say(
        "Once after a build each app is started and stopped, so that every start from now on has half the work:");
    Parallel.run(
        Stream.of("order-app", "relay-1", "consumer-1")
            .<Runnable>map(name -> app(name)::train)
            .toArray(Runnable[]::new));
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

  private Apps programs() {
    return new Apps(home, servers.postgres(), servers.setup(), credentials, mail().port(), links);
  }

  /** Whether this app is made to end by something that the lab added to it. */
  public void mayEnd(String app, boolean now) {
    app(app).mayEnd(now);
  }

  /** Whether it is one of ours, and no server. */
  public boolean isApp(String name) {
    return apps.stream().anyMatch(app -> app.name().equals(name));
  }

  /** The exit status of an app's latest run; -1 while it runs. */
  public int exitStatus(String app) {
    return app(app).exitStatus();
  }

  /** Whether an app's latest run ended by the signal that asks, and not by the one that kills. */
  public boolean stoppedInOrder(String app) {
    return exitStatus(app) == AppProcess.ENDED_BY_TERM;
  }

  private AppProcess app(String name) {
    return apps.stream().filter(app -> app.name().equals(name)).findFirst().orElseThrow();
  }

  /** The decorators that can be added to an app's class path. */
  public Path chaosJar() {
    return Jars.CHAOS.in(home);
  }

  /** Adds an entry to system.json. */
  public void publish(String name, Map<String, Object> entry) {
    others.put(name, entry);
    describe();
  }

  private void describe() {
    if (!closing) {
      file.write(servers.postgres(), servers.broker(), servers.setup(), credentials, apps, others);
    }
  }

  public List<Component> components() {
    var all = new ArrayList<>(servers.components(this::describe));
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
    return programs().access(program, databaseRole, brokerUser);
  }

  /** The proxies between the programs. */
  public Links links() {
    return links;
  }

  public DataSource dataSource(String role) {
    return servers.dataSource(role);
  }

  /** As the database's superuser. */
  public DataSource superuser() {
    return servers.superuser();
  }

  /** As the superuser, for who rather has no answer than a late one. */
  public DataSource hasty() {
    return servers.hasty();
  }

  /** As the administrator, and through no proxy. */
  public String brokerUri() {
    return servers.broker().amqpUri();
  }

  public boolean realRabbit() {
    return servers.broker().realRabbit();
  }

  /** Runs {@code rabbitmqctl} and returns what it printed. */
  public String rabbitmqctl(String... arguments) {
    return servers.broker().runCtl(arguments);
  }

  /** How many processes of apps have ended without having been asked to. */
  public int deaths() {
    return apps.stream().mapToInt(AppProcess::deaths).sum();
  }

  /** Closes all connections of a role to the database, from its side, and says how many. */
  public int cutDatabaseConnections(String role) {
    return servers.cutDatabaseConnections(role);
  }

  public MailCapture mail() {
    return servers.mail();
  }

  /** What it runs on, in one line. */
  public String label() {
    return servers.label();
  }

  /** What to type to look at everything by SQL. */
  public String psql() {
    return "PGPASSWORD=%s psql -h %s -p %d -U inspector %s"
        .formatted(
            credentials.database("inspector"),
            servers.postgres().address().host(),
            servers.postgres().address().port(),
            Servers.DATABASE);
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

  /** The apps finish what they hold, all at once; then what they need is ended. */
  @Override
  public void close() {
    closing = true;
    Parallel.run(apps.stream().<Runnable>map(app -> app::stop).toArray(Runnable[]::new));
    Parallel.run(servers::close, links::close);
    file.delete();
  }
}
