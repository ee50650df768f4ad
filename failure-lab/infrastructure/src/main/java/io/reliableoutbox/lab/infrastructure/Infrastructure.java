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
      refuseTls(options);
      return new DockerPostgres();
    }
    return new EmbeddedPostgres(options);
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
