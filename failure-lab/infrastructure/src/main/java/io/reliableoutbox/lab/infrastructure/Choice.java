package io.reliableoutbox.lab.infrastructure;

import java.util.Locale;
import java.util.Optional;

/** Which kind of infrastructure to use. */
public enum Choice {
  AUTO,
  /** The embedded PostgreSQL and a private node of the installed RabbitMQ. */
  RABBITMQ,
  /** The embedded PostgreSQL and the embedded broker. */
  EMBEDDED,
  DOCKER;

  /**
   * What tests run on: the system property or environment variable {@code infrastructure}, else
   * Docker where a daemon answers, else RabbitMQ where it is installed, else the embedded broker.
   */
  static Choice forTests() {
    var choice =
        Optional.ofNullable(System.getProperty("infrastructure"))
            .or(() -> Optional.ofNullable(System.getenv("INFRASTRUCTURE")))
            .map(Choice::parse)
            .orElse(AUTO);
    return choice == AUTO && DockerDaemon.answers() ? DOCKER : choice.withoutDocker();
  }

  /** The same, or what AUTO means where Docker is used only on request. */
  public Choice withoutDocker() {
    if (this != AUTO) {
      return this;
    }
    return RabbitInstallation.find().isPresent() ? RABBITMQ : EMBEDDED;
  }

  public static Choice parse(String text) {
    try {
      return valueOf(text.strip().toUpperCase(Locale.ROOT));
    } catch (IllegalArgumentException e) {
      throw new InfrastructureException(
          "'" + text + "' is no infrastructure; choose rabbitmq, embedded or docker.", e);
    }
  }
}
