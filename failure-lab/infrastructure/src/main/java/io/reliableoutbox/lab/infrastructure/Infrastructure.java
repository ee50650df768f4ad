package io.reliableoutbox.lab.infrastructure;

import java.util.ArrayList;
import java.util.List;

/**
 * Starts a database or a broker of the kind chosen, and returns when it answers. AUTO means without
 * Docker.
 */
public final class Infrastructure {
  private Infrastructure() {}

  public static DatabaseServer database(Choice choice, Options options) {
    if (choice == Choice.DOCKER) {
      requireDocker();
      refuseTls(options);
      return new DockerPostgres();
    }
    return new PostgresProcess(options);
  }

  public static BrokerServer broker(Choice choice, Options options) {
    return switch (choice.withoutDocker()) {
      case DOCKER -> {
        requireDocker();
        refuseTls(options);
        yield new DockerRabbit();
      }
      case RABBITMQ -> new InstalledRabbit(installation(), options);
      case EMBEDDED, AUTO -> {
        refuseTls(options);
        yield new EmbeddedQpid(options);
      }
    };
  }

  /** Nodes of the installed RabbitMQ that form one cluster; any of them does for its clients. */
  public static List<BrokerServer> brokerCluster(int size, Options options) {
    var installation = installation();
    var cluster = new ErlangCluster(installation);
    List<InstalledRabbit> nodes = new ArrayList<>();
    try {
      for (int number = 1; number <= size; number++) {
        var node = new InstalledRabbit(installation, options, cluster, "rabbitmq-" + number);
        nodes.add(node);
        if (number > 1) {
          node.join(nodes.get(0));
        }
      }
      return List.copyOf(nodes);
    } catch (RuntimeException e) {
      nodes.forEach(InstalledRabbit::close);
      throw e;
    }
  }

  private static RabbitInstallation installation() {
    return RabbitInstallation.find()
        .orElseThrow(
            () ->
                new InfrastructureException(
                    "No rabbitmq-server (with Erlang's epmd) on the PATH: install RabbitMQ, or use"
                        + " the embedded broker."));
  }

  private static void refuseTls(Options options) {
    if (options.tls() != null) {
      throw new InfrastructureException(
          "TLS is for the embedded PostgreSQL and the installed RabbitMQ only.");
    }
  }

  private static void requireDocker() {
    if (!DockerDaemon.answers()) {
      throw new InfrastructureException("No Docker daemon answers; start it, or don't ask for it.");
    }
  }
}
