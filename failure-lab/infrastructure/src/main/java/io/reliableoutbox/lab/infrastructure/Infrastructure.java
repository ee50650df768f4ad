package io.reliableoutbox.lab.infrastructure;

/**
 * Starts a database or a broker of the kind chosen, and returns when it answers. AUTO means without
 * Docker.
 */
public final class Infrastructure {
  private Infrastructure() {}

  public static DatabaseServer database(Choice choice, Options options) {
    if (choice == Choice.DOCKER) {
      requireDocker();
      return new DockerPostgres();
    }
    return new EmbeddedPostgres(options);
  }

  public static BrokerServer broker(Choice choice, Options options) {
    return switch (choice.withoutDocker()) {
      case DOCKER -> {
        requireDocker();
        yield new DockerRabbit();
      }
      case RABBITMQ -> new InstalledRabbit(installation(), options);
      case EMBEDDED, AUTO -> new EmbeddedQpid(options);
    };
  }

  private static RabbitInstallation installation() {
    return RabbitInstallation.find()
        .orElseThrow(
            () ->
                new InfrastructureException(
                    "No rabbitmq-server (with Erlang's epmd) on the PATH: install RabbitMQ, or use"
                        + " the embedded broker."));
  }

  private static void requireDocker() {
    if (!DockerDaemon.answers()) {
      throw new InfrastructureException("No Docker daemon answers; start it, or don't ask for it.");
    }
  }
}
