package io.reliableoutbox.lab.infrastructure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;

/**
 * Apache Qpid Broker-J in a child JVM, so that it can be killed and paused like the others. It
 * keeps everything in memory: a restart makes its virtual hosts again, empty.
 */
final class EmbeddedQpid extends ProcessServer implements BrokerServer {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(1);
  private static final String USER = "lab";

  private final String password = UUID.randomUUID().toString();
  private final List<String> virtualHosts = new ArrayList<>();
  private final Path log;
  private String version = "?";

  EmbeddedQpid(Options options) {
    super("qpid", "TERM");
    log = options.log("qpid", folder);
    start();
  }

  @Override
  ChildProcess launch() {
    var configuration = folder.resolve("initial-config.json");
    try {
      Files.writeString(configuration, configuration());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return ChildProcess.startTalking(
        List.of(
            Launch.java(),
            "-Xmx256m",
            "-Xshare:auto",
            "-Dslf4j.provider=org.slf4j.helpers.NOP_FallbackServiceProvider",
            "-Dqpid.work_dir=" + folder.resolve("work"),
            "-cp",
            System.getProperty("java.class.path"),
            QpidMain.class.getName(),
            configuration.toUri().toString()),
        environment -> {},
        log);
  }

  private String configuration() {
    return """
    {"name": "embedded", "modelVersion": "9.1",
     "context": {"queue.behaviourOnUnknownDeclareArgument": "IGNORE"},
     "authenticationproviders": [{"name": "plain", "type": "Plain", "secureOnlyMechanisms": [],
       "users": [{"name": "%s", "type": "managed", "password": "%s"}]}],
     "ports": [{"name": "AMQP", "port": "%d", "bindingAddress": "127.0.0.1",
       "authenticationProvider": "plain", "protocols": ["AMQP_0_9_1"],
       "virtualhostaliases": [{"name": "nameAlias", "type": "nameAlias"},
                              {"name": "defaultAlias", "type": "defaultAlias"}]}],
     "virtualhostnodes": [{"name": "default", "type": "Memory", "defaultVirtualHostNode": "true",
       "virtualHostInitialConfiguration": "{\\"type\\": \\"Memory\\"}"}]}
    """
        .formatted(USER, password, address.port());
  }

  @Override
  void awaitReady(ChildProcess started) {
    version = AmqpProbe.awaitVersion("The embedded broker", amqpUri(), started, START_TIMEOUT);
    virtualHosts.forEach(name -> add(started.process(), name));
  }

  @Override
  public synchronized String freshVirtualHost() {
    var name = "test-" + UUID.randomUUID();
    add(process(), name);
    virtualHosts.add(name);
    return "amqp://%s:%s@%s/%s".formatted(USER, password, address, name);
  }

  private static void add(Process process, String name) {
    try {
      var output = process.outputWriter(StandardCharsets.UTF_8);
      output.write(name + "\n");
      output.flush();
      BufferedReader input = process.inputReader(StandardCharsets.UTF_8);
      if (!name.equals(input.readLine())) {
        throw new InfrastructureException("The embedded broker made no virtual host.");
      }
    } catch (IOException e) {
      throw new InfrastructureException("The embedded broker is not running.", e);
    }
  }

  @Override
  public String product() {
    return "Qpid Broker-J";
  }

  @Override
  public String kind() {
    return "embedded, good for a look, not for durability claims";
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String amqpUri() {
    return "amqp://%s:%s@%s/%%2f".formatted(USER, password, address);
  }

  @Override
  public boolean realRabbit() {
    return false;
  }

  @Override
  public String runCtl(String... arguments) {
    throw new UnsupportedOperationException(
        "rabbitmqctl needs RabbitMQ, and this is the embedded broker: check realRabbit() first");
  }

  @Override
  public void importDefinitions(String json) {
    throw new UnsupportedOperationException(
        "definitions need RabbitMQ, and this is the embedded broker: check realRabbit() first");
  }
}
