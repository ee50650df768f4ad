package io.reliableoutbox.benchmark.stand;

import com.rabbitmq.client.Connection;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Options;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL with the migrated schema and RabbitMQ with the queues, of their own, on free ports,
 * with real fsync; and apps on request. One thread at a time.
 */
public final class Stand implements AutoCloseable {
  /** Where the build leaves order-app, below the project's folder. */
  public static final String ORDER_APP = "order-app/target/order-app.jar";

  public static final String DATABASE = "outbox";

  private final Path home;
  private final Path logs;
  private final String password = UUID.randomUUID().toString();
  private final DatabaseServer postgres;
  private final BrokerServer broker;
  private final MailSink mail;
  private Queues queues;

  /**
   * {@code home} is the project's folder, with the jars; {@code installation} that of PostgreSQL,
   * null for the embedded one.
   */
  public Stand(Path home, Path logs, @Nullable Path installation) {
    this.home = home;
    this.logs = logs;
    require(home.resolve("db/target/db.jar"));
    var options = new Options(logs, /* durable= */ true, installation, null);
    postgres = Infrastructure.database(Choice.RABBITMQ, options);
    broker = Infrastructure.broker(Choice.RABBITMQ, options);
    mail = mailSink();
    migrate();
    queues = new Queues(broker.amqpUri());
  }

  private static MailSink mailSink() {
    try {
      return new MailSink();
    } catch (IOException e) {
      throw new InfrastructureException("No port for mails.", e);
    }
  }

  private void migrate() {
    new Sql(superuser("postgres")).run("create database " + DATABASE);
    var environment = environment(postgres.superuser(), postgres.password());
    for (var role : List.of("ORDER_APP", "OUTBOX_RELAY", "CONSUMER_APP")) {
      environment.put(role + "_PASSWORD", password);
    }
    var jar = home.resolve("db/target/db.jar").toString();
    var migrator =
        new Jvm(128, List.of()).run("db", List.of("-jar", jar), environment, log("migrator"));
    try {
      if (migrator.process().waitFor() != 0) {
        throw new InfrastructureException("The migrator failed: " + migrator.lastLine());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  /** Starts a relay, and does not wait until it is ready. */
  public AppProcess relay(Path jar, Jvm jvm) {
    require(jar);
    int port = FreePort.next();
    var environment = app("outbox_relay", port);
    environment.put("RELAY_REQUIRED_QUEUES", String.join(",", Queues.NAMES));
    environment.put("RELAY_NAME", "relay-" + port);
    var program = List.of("-jar", jar.toAbsolutePath().toString());
    return start("relay", jvm, program, environment, port);
  }

  /** The same of a consumer-app with these consumers, by comma. */
  public AppProcess consumer(String enabled, Jvm jvm) {
    int port = FreePort.next();
    var environment = app("consumer_app", port);
    environment.put("CONSUMER_ENABLED", enabled);
    environment.put("SPRING_MAIL_HOST", "127.0.0.1");
    environment.put("SPRING_MAIL_PORT", Integer.toString(mail.port()));
    return start("consumer", jvm, jar("consumer-app/target/consumer-app.jar"), environment, port);
  }

  /** The same of an order-app. */
  public AppProcess orderApp(Jvm jvm) {
    return orderApp(jvm, jar(ORDER_APP));
  }

  /** The same of an order-app, started by this program: options of the JVM and what to run. */
  public AppProcess orderApp(Jvm jvm, List<String> program) {
    int port = FreePort.next();
    return start("order-app", jvm, program, app("order_app", port), port);
  }

  private List<String> jar(String path) {
    require(home.resolve(path));
    return List.of("-jar", home.resolve(path).toString());
  }

  private AppProcess start(
      String name, Jvm jvm, List<String> program, Map<String, String> environment, int port) {
    return new AppProcess(name, jvm.run(name, program, environment, log(name)), port);
  }

  private Map<String, String> app(String role, int port) {
    var environment = environment(role, password);
    environment.put("RABBITMQ_URI", amqpUri());
    environment.put("SERVER_PORT", Integer.toString(port));
    environment.put("SERVER_ADDRESS", "127.0.0.1");
    return environment;
  }

  private Map<String, String> environment(String role, String rolePassword) {
    var environment = new HashMap<String, String>();
    environment.put("SPRING_DATASOURCE_URL", postgres.jdbcUrl(DATABASE));
    environment.put("SPRING_DATASOURCE_USERNAME", role);
    environment.put("SPRING_DATASOURCE_PASSWORD", rolePassword);
    return environment;
  }

  private javax.sql.DataSource superuser(String database) {
    return postgres.dataSource(database, postgres.superuser(), postgres.password());
  }

  private static void require(Path jar) {
    if (!Files.isRegularFile(jar)) {
      throw new InfrastructureException(
          jar + " is missing; build it with ./mvnw -DskipTests package.");
    }
  }

  public Sql sql() {
    return new Sql(superuser(DATABASE));
  }

  public OutboxTable outbox() {
    return new OutboxTable(sql());
  }

  public Queues queues() {
    return queues;
  }

  /** To be called after the broker was started again. */
  public void reconnect() {
    queues.close();
    queues = new Queues(broker.amqpUri());
  }

  /** A connection of one's own to the broker, without recovery. */
  public Connection connection() {
    return Queues.connect(amqpUri());
  }

  public String amqpUri() {
    return broker.amqpUri();
  }

  /** What the roles of the apps log in with. */
  public String rolePassword() {
    return password;
  }

  public DatabaseServer postgres() {
    return postgres;
  }

  public BrokerServer broker() {
    return broker;
  }

  public Path home() {
    return home;
  }

  public Path log(String name) {
    return logs.resolve(name + ".log");
  }

  @Override
  public void close() {
    try {
      mail.close();
    } catch (IOException e) {
      // It ends with this process.
    }
    queues.close();
    broker.close();
    postgres.close();
  }
}
