package io.reliableoutbox.lab.infrastructure;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** RabbitMQ's official image. */
final class DockerRabbit extends DockerServer implements RabbitServer {
  static final String IMAGE = "rabbitmq:4.2-management";
  private static final Duration START_TIMEOUT = Duration.ofMinutes(2);
  private static final String USER = "lab";

  private final String password;
  private String version = "?";

  DockerRabbit() {
    this(UUID.randomUUID().toString());
  }

  private DockerRabbit(String password) {
    super(IMAGE, 5672, Map.of("RABBITMQ_DEFAULT_USER", USER, "RABBITMQ_DEFAULT_PASS", password));
    this.password = password;
    start();
  }

  @Override
  void awaitReady() {
    version = AmqpProbe.awaitVersion("RabbitMQ in Docker", amqpUri(), null, START_TIMEOUT);
  }

  @Override
  public String ctl(String input, String... arguments) {
    var command = new String[arguments.length + 5];
    // The input travels as an argument: Docker's exec has no standard input here.
    command[0] = "sh";
    command[1] = "-c";
    command[2] = "input=$1; shift; printf %s \"$input\" | rabbitmqctl \"$@\"";
    command[3] = "rabbitmqctl";
    command[4] = input;
    System.arraycopy(arguments, 0, command, 5, arguments.length);
    return exec(command);
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
