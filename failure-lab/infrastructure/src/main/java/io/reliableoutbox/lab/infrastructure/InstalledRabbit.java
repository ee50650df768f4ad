package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
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
  private final int epmdPort = FreePort.next();
  private final int tlsPort = FreePort.next();
  private final @Nullable Tls tls;
  private final String password = UUID.randomUUID().toString();
  private @Nullable ChildProcess epmd;
  private String version = "?";

  InstalledRabbit(RabbitInstallation installation, Options options) {
    super("rabbitmq", "TERM");
    this.installation = installation;
    log = options.log("rabbitmq", folder);
    tls = options.tls();
    configure();
    start();
  }

  private void configure() {
    try {
      Files.writeString(folder.resolve("enabled_plugins"), "[].\n");
      Files.writeString(
          folder.resolve("rabbitmq.conf"),
          """
          listeners.tcp.local = 127.0.0.1:%d
          default_user = %s
          default_pass = %s
          disk_free_limit.absolute = 50MB
          """
                  .formatted(address.port(), USER, password)
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
    if (epmd == null || !epmd.alive()) {
      // Started here, in the foreground: the one that Erlang starts would outlive the broker.
      epmd =
          ChildProcess.start(
              List.of(
                  installation.epmd().toString(),
                  "-port",
                  Integer.toString(epmdPort),
                  "-address",
                  "127.0.0.1"),
              environment -> {},
              folder.resolve("epmd.log"));
    }
    return ChildProcess.start(List.of(installation.server().toString()), this::environment, log);
  }

  private void environment(Map<String, String> environment) {
    environment.keySet().removeIf(name -> name.startsWith("RABBITMQ_") || name.startsWith("ERL_"));
    environment.put("HOME", folder.toString()); // holds .erlang.cookie
    environment.put("ERL_EPMD_PORT", Integer.toString(epmdPort));
    environment.put("RABBITMQ_NODENAME", "lab@localhost");
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
    if (epmd != null) {
      epmd.kill();
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
    return password;
  }
}
