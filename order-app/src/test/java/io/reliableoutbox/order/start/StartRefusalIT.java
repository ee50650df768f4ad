package io.reliableoutbox.order.start;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.order.TestSchema;
import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import tools.jackson.databind.json.JsonMapper;

/** The real jar as a process: what can't work ends with status 1 and one sentence. */
class StartRefusalIT {
  private static TestDatabase database;

  @BeforeAll
  static void create() {
    database = TestSchema.fresh();
  }

  @Test
  void without_a_database_it_gives_up_after_the_limit() throws Exception {
    assertRefused(
        run(
            Map.of(
                "SPRING_DATASOURCE_URL",
                "jdbc:postgresql://localhost:1/outbox?password=pssst",
                "ORDER_DATABASE_WAIT",
                "2s")),
        "the database at jdbc:postgresql://localhost:1/outbox did not answer within 2 s");
  }

  @Test
  void a_wrong_password_is_refused_at_once() throws Exception {
    assertRefused(
        run(Map.of("SPRING_DATASOURCE_PASSWORD", "wrong")), "refuses the login of order_app");
  }

  @Test
  void a_database_that_does_not_exist_is_named() throws Exception {
    assertRefused(
        run(Map.of("SPRING_DATASOURCE_URL", database.server().jdbcUrl("nowhere"))),
        "there is no database at " + database.server().jdbcUrl("nowhere"));
  }

  @Test
  void a_missing_schema_asks_for_the_migrator() throws Exception {
    TestDatabase empty = TestInfrastructure.freshDatabase();
    assertRefused(
        run(Map.of("SPRING_DATASOURCE_URL", empty.jdbcUrl())),
        "the schema is missing or too old (there is no ordering.");
  }

  @Test
  void a_schema_that_is_too_old_asks_for_the_migrator() throws Exception {
    TestDatabase old = TestSchema.fresh();
    old.execute("create or replace view ordering.orders_version as select 0 as version");
    assertRefused(
        run(Map.of("SPRING_DATASOURCE_URL", old.jdbcUrl())),
        "ordering.orders_version is 0, but this order-app needs 1");
  }

  @Test
  void a_role_without_rights_is_named() throws Exception {
    TestDatabase closed = TestSchema.fresh();
    closed.execute("revoke all on ordering.orders_version, ordering.outbox_version from order_app");
    assertRefused(
        run(Map.of("SPRING_DATASOURCE_URL", closed.jdbcUrl())),
        "the role order_app may not use the schema ordering");
  }

  @Test
  void a_port_in_use_is_named() throws Exception {
    try (var taken = new ServerSocket(0)) {
      assertRefused(
          run(Map.of("SERVER_PORT", Integer.toString(taken.getLocalPort()))),
          "ort " + taken.getLocalPort());
    }
  }

  @Test
  void with_profile_json_the_refusal_is_json_too() throws Exception {
    Ended ended =
        run(Map.of("SPRING_DATASOURCE_PASSWORD", "wrong", "SPRING_PROFILES_ACTIVE", "json"));
    assertRefused(ended, "refuses the login of order_app");
    var json = JsonMapper.builder().build();
    assertThat(ended.output().lines())
        .isNotEmpty()
        .allSatisfy(line -> assertThat(json.readTree(line).has("message")).isTrue());
  }

  private static void assertRefused(Ended ended, String sentence) {
    assertThat(ended.status()).isEqualTo(1);
    List<String> errors = ended.output().lines().filter(line -> line.contains("ERROR")).toList();
    assertThat(errors)
        .as(ended.output())
        .singleElement()
        .asString()
        .contains("order-app can't start: ");
    assertThat(errors.get(0).replace("\\\"", "\"")).contains(sentence);
    assertThat(ended.output()).doesNotContain("\tat ", "Exception", "pssst");
  }

  private record Ended(int status, String output) {}

  private static Ended run(Map<String, String> settings) throws IOException, InterruptedException {
    var java = Path.of(System.getProperty("java.home"), "bin", "java").toString();
    var builder =
        new ProcessBuilder(java, "-XX:TieredStopAtLevel=1", "-jar", "target/order-app.jar")
            .redirectErrorStream(true);
    Map<String, String> environment = builder.environment();
    environment.put("SPRING_DATASOURCE_URL", database.jdbcUrl());
    environment.put("SPRING_DATASOURCE_PASSWORD", TestSchema.PASSWORD);
    environment.put("SERVER_PORT", "0");
    environment.putAll(settings);
    Path output = Files.createTempFile("order-app", ".log");
    try {
      Process process = builder.redirectOutput(output.toFile()).start();
      // One that wrongly starts must not hang the build.
      if (!process.waitFor(60, TimeUnit.SECONDS)) {
        process.destroyForcibly().waitFor();
      }
      return new Ended(process.exitValue(), Files.readString(output));
    } finally {
      Files.delete(output);
    }
  }
}
