package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** The jar as users run it. */
class MigratorJarIT {
  /** How a run of the jar ended. */
  private record Run(int status, String output) {}

  @Test
  void the_jar_migrates_and_says_what_it_did() throws Exception {
    TestDatabase database = TestInfrastructure.freshDatabase();
    Run run =
        run(
            Map.of(
                "SPRING_DATASOURCE_URL",
                database.jdbcUrl(),
                "SPRING_DATASOURCE_USERNAME",
                database.username(),
                "SPRING_DATASOURCE_PASSWORD",
                database.password(),
                "INSPECTOR_PASSWORD",
                "x"));
    assertThat(run.status()).isZero();
    assertThat(run.output())
        .contains("answers", "migrations applied", "passwords set for [inspector]");
    database.drop();
  }

  @Test
  void a_wrong_password_ends_it_at_once_with_one_sentence() throws Exception {
    Run run =
        run(
            Map.of(
                "SPRING_DATASOURCE_URL",
                TestInfrastructure.database().jdbcUrl("postgres"),
                "SPRING_DATASOURCE_USERNAME",
                TestInfrastructure.database().superuser(),
                "SPRING_DATASOURCE_PASSWORD",
                "wrong"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output()).contains("password authentication failed").doesNotContain("\tat ");
  }

  @Test
  void a_database_that_is_not_there_is_waited_for_within_the_limit() throws Exception {
    Run run =
        run(
            Map.of(
                "SPRING_DATASOURCE_URL",
                "jdbc:postgresql://127.0.0.1:1/outbox",
                "MIGRATOR_WAIT_LIMIT",
                "1s"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output())
        .contains("waiting for the database", "does not answer")
        .doesNotContain("\tat ");
  }

  @Test
  void a_bad_setting_is_named() throws Exception {
    Run run = run(Map.of("MIGRATOR_BUCKETS", "0"));
    assertThat(run.status()).isEqualTo(2);
    assertThat(run.output()).contains("migrator.buckets").doesNotContain("\tat ");
  }

  private static Run run(Map<String, String> environment) throws IOException, InterruptedException {
    ProcessBuilder builder =
        new ProcessBuilder(
            List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of("target", "db.jar").toString()));
    builder.environment().putAll(environment);
    Process process = builder.redirectErrorStream(true).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Run(process.waitFor(), output);
  }
}
