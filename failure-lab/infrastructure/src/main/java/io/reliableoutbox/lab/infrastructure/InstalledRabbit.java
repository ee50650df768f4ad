package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A private node of the RabbitMQ that is installed on this machine, with its own ports, files,
 * cookie and port mapper; it doesn't touch a RabbitMQ that runs as a service.
 */
final class InstalledRabbit extends ProcessServer implements RabbitServer {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final String USER = "lab";

  private final RabbitInstallation installation;
  private final Path log;
  private final int distributionPort = FreePort.next();
  private final int tlsPort = FreePort.next();
  private final @Nullable Tls tls;
  private final ErlangCluster cluster;
  private final String node;
  private boolean open = true;
  private String version = "?";

  InstalledRabbit(RabbitInstallation installation, Options options) {
    this(installation, options, new ErlangCluster(installation), "rabbitmq");
  }

  /**
   * {@code name}: of its log, and of the node. Nodes that shall be one have then to {@link #join}.
   */
  InstalledRabbit(
      RabbitInstallation installation, Options options, ErlangCluster cluster, String name) {
    super("rabbitmq", "TERM");
    this.installation = installation;
    this.cluster = cluster;
    this.node = name + "@localhost";
    log = options.log(name, folder);
    tls = options.tls();
    cluster.enter();
    configure();
    start();
  }

  /** Becomes a member of the other's cluster; what this one knew until then is forgotten. */
  void join(InstalledRabbit other) {
    runCtl("stop_app");
    runCtl("join_cluster", other.node);
    runCtl("start_app");
  }

  private void configure() {
    try {
      Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
      var cookie = folder.resolve(".erlang.cookie");
      Files.writeString(cookie, cluster.cookie());
      // Erlang refuses one that others could read.
      Files.setPosixFilePermissions(cookie, PosixFilePermissions.fromString("r--------"));
      Files.writeString(
          folder.resolve("rabbitmq.conf"),
          """
          listeners.tcp.local = 127.0.0.1:%d
          default_user = %s
          default_pass = %s
          disk_free_limit.absolute = 50MB
          """
                  .formatted(address.port(), USER, cluster.password())
              + tlsSettings());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String tlsSettings() {
    return tls == null
        ? ""
        : """
          listeners.ssl.local = 127.0.0.1:%d
          ssl_options.certfile = %s
          ssl_options.keyfile = %s
          ssl_options.verify = verify_none
          """
            .formatted(tlsPort, tls.certificate(), tls.privateKey());
  }

  @Override
  public String overTls(String uri, String host) {
    if (tls == null) {
      return RabbitServer.super.overTls(uri, host);
    }
    return uri.replace("amqp://", "amqps://").replace("@" + address, "@" + host + ":" + tlsPort);
  }

  @Override
  ChildProcess launch() {
    cluster.startPortMapper(folder.resolve("epmd.log"));
    return ChildProcess.start(List.of(installation.server().toString()), this::environment, log);
  }

  private void environment(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith("RABBITMQ_") || name.startsWith("ERL_"));
    environment.put("HOME", folder.toString()); // holds the cookie
    environment.put("ERL_EPMD_PORT", Integer.toString(cluster.epmdPort()));
    environment.put("RABBITMQ_NODENAME", node);
    environment.put("RABBITMQ_DIST_PORT", Integer.toString(distributionPort));
    environment.put("RABBITMQ_MNESIA_BASE", folder.resolve("data").toString());
    environment.put("RABBITMQ_LOG_BASE", folder.toString());
    environment.put("RABBITMQ_LOGS", "-");
    environment.put("RABBITMQ_ENABLED_PLUGINS_FILE", folder.resolve("enabled_plugins").toString());
    environment.put("RABBITMQ_CONFIG_FILE", folder.resolve("rabbitmq.conf").toString());
    environment.put("RABBITMQ_PID_FILE", folder.resolve("pid").toString());
    environment.put(
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS", "-kernel inet_dist_use_interface {127,0,0,1}");
    // Makes the script replace itself by the Erlang VM, instead of waiting for it in a shell that
    // would turn each signal into a clean stop.
    environment.put("RUNNING_UNDER_SYSTEMD", "true");
  }

  @Override
  void awaitReady(ChildProcess started) {
    version = AmqpProbe.awaitVersion("RabbitMQ", amqpUri(), started, START_TIMEOUT);
  }

  @Override
  public String ctl(String input, String... arguments) {
    return Commands.run(
        List.of(installation.ctl().toString()), List.of(arguments), this::environment, input);
  }

  @Override
  public synchronized void close() {
    super.close();
    if (open) {
      open = false;
      cluster.leave();
    }
  }

  @Override
  public String kind() {
    return "installed";
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String user() {
    return USER;
  }

  @Override
  public String password() {
    return cluster.password();
  }
}
