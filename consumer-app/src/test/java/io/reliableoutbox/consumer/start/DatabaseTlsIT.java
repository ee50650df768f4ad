package io.reliableoutbox.consumer.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reliableoutbox.consumer.ConsumerApplication;
import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.Choice;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestCertificates;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;
import org.springframework.context.ConfigurableApplicationContext;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A PostgreSQL that shows a certificate for localhost. */
@ExtendWith(OutputCaptureExtension.class)
class DatabaseTlsIT {
  private static TestCertificates certificates;
  private static DatabaseServer server;

  @BeforeAll
  static void prepare() {
    certificates = TestCertificates.make();
    server = Infrastructure.database(Choice.EMBEDDED, Options.withTls(certificates.server()));
    var database = new TestDatabase(server, "postgres");
    Migrations.migrate(database.dataSource());
    database.execute("alter role consumer_app password 'consumer'");
  }

  @AfterAll
  static void remove() {
    server.close();
  }

  @Test
  void a_certificate_of_the_named_authority_for_this_host_is_accepted() {
    try (var app = start("localhost", certificates.authority())) {
      assertThat(
              app.getBean(JdbcClient.class)
                  .sql("select ssl from pg_stat_ssl where pid = pg_backend_pid()")
                  .query(Boolean.class)
                  .single())
          .isTrue();
    }
  }

  @Test
  void one_of_another_authority_ends_the_start_at_once(CapturedOutput output) {
    refused("localhost", certificates.otherAuthority(), "the database can't be trusted", output);
  }

  @Test
  void one_for_another_host_ends_the_start(CapturedOutput output) {
    refused("127.0.0.1", certificates.authority(), "127.0.0.1", output);
  }

  @Test
  void a_missing_file_of_authorities_is_named(CapturedOutput output) {
    refused("localhost", Path.of("/nowhere/ca.pem"), "/nowhere/ca.pem", output);
  }

  private static void refused(String host, Path authority, String said, CapturedOutput output) {
    assertThatThrownBy(() -> start(host, authority).close()).isNotInstanceOf(AssertionError.class);
    assertThat(output.getAll().lines().filter(line -> line.contains("ERROR")))
        .singleElement()
        .asString()
        .contains("consumer-app can't start: ", said);
    assertThat(output.getAll()).doesNotContain("\tat ");
  }

  private static ConfigurableApplicationContext start(String host, Path authority) {
    return SpringApplication.run(
        ConsumerApplication.class,
        "--server.port=0",
        "--rabbitmq.uri=amqp://guest:guest@127.0.0.1:1/%2f",
        "--spring.datasource.url=jdbc:postgresql://%s:%d/postgres?sslmode=verify-full&sslrootcert=%s"
            .formatted(host, server.address().port(), authority),
        "--spring.datasource.password=consumer",
        "--spring.datasource.hikari.connection-timeout=1000",
        "--consumer.database-wait=1s");
  }
}
