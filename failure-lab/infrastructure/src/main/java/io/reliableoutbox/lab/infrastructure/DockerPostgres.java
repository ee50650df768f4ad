package io.reliableoutbox.lab.infrastructure;

import java.time.Duration;
import java.util.Map;
import java.util.UUID;

/** PostgreSQL's official image. */
final class DockerPostgres extends DockerServer implements DatabaseServer {
  static final String IMAGE = "postgres:17";
  private static final Duration START_TIMEOUT = Duration.ofSeconds(90);

  private final String password;
  private String version = "?";

  DockerPostgres() {
    this(UUID.randomUUID().toString());
  }

  private DockerPostgres(String password) {
    super(IMAGE, 5432, Map.of("POSTGRES_PASSWORD", password));
    this.password = password;
    start();
  }

  @Override
  void awaitReady() {
    version =
        Await.answer(
            "PostgreSQL in Docker",
            null,
            START_TIMEOUT,
            () -> PostgresProcess.serverVersion(this, "postgres"));
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String superuser() {
    return "postgres";
  }

  @Override
  public String password() {
    return password;
  }
}
