package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.boot.test.context.runner.ApplicationContextRunner;

class SettingsTest {
  @EnableConfigurationProperties({RelaySettings.class, BrokerSettings.class})
  static class Settings {}

  private final ApplicationContextRunner context =
      new ApplicationContextRunner().withUserConfiguration(Settings.class);

  @Test
  void without_any_setting_the_defaults_of_the_contract_hold() {
    context.run(
        started -> {
          RelaySettings settings = started.getBean(RelaySettings.class);
          assertThat(settings.schema()).isEqualTo("ordering");
          assertThat(settings.exchange()).isEqualTo("orders.events");
          assertThat(settings.lease()).isEqualTo(Duration.ofSeconds(10));
          assertThat(settings.pollInterval()).isEqualTo(Duration.ofMillis(100));
          assertThat(settings.window()).isEqualTo(1000);
          assertThat(settings.confirmTimeout()).isEqualTo(Duration.ofSeconds(5));
          assertThat(settings.parkAfter()).isEqualTo(Duration.ofHours(1));
          assertThat(settings.retention()).isEqualTo(Duration.ofDays(7));
          assertThat(settings.requiredQueues()).isEmpty();
          assertThat(started.getBean(BrokerSettings.class).uris())
              .hasToString("[amqp://guest:guest@localhost:5672/%2f]");
        });
  }

  @Test
  void a_pool_as_in_the_documentation_sets_what_a_relay_sets() throws Exception {
    DataSourceProperties connections = new DataSourceProperties();
    connections.setUrl("jdbc:postgresql://localhost/none");
    HikariConfig relay = OutboxFixture.asInProduction(connections, "billing");
    assertThat(statements(pooled()))
        .contains("set lock_timeout = '2s'")
        .isEqualTo(
            statements(
                "set search_path = " + relay.getSchema() + "; " + relay.getConnectionInitSql()));
  }

  /** What docs/pgbouncer.md has the pool set in each of its connections. */
  static String pooled() throws IOException {
    String page = Files.readString(Path.of("..", "docs", "pgbouncer.md"));
    Matcher query = Pattern.compile("connect_query='((?:[^']|'')+)'").matcher(page);
    assertThat(query.find()).isTrue();
    return query.group(1).replace("''", "'");
  }

  private static List<String> statements(String sql) {
    return Stream.of(sql.split(";")).map(String::strip).toList();
  }

  @Test
  void the_nodes_of_a_cluster_and_the_required_queues_come_by_comma() {
    context
        .withPropertyValues(
            "rabbitmq.uri=amqp://a:b@one:1/x,amqps://a:b@two:2/x",
            "relay.required-queues=email.orders,other")
        .run(
            started -> {
              assertThat(started.getBean(BrokerSettings.class).uri()).hasSize(2);
              assertThat(started.getBean(RelaySettings.class).requiredQueues())
                  .containsExactly("email.orders", "other");
            });
  }

  @ParameterizedTest(name = "{0}={1}")
  @CsvSource({
    "relay.lease, 1s, relay.lease must be 2s or more",
    "relay.lease, soon, relay.lease",
    "relay.lease, -10s, relay.lease must be longer than zero",
    "relay.confirm-timeout, 10s, relay.confirm-timeout (10000ms) must be shorter than relay.lease (10000ms)",
    "relay.poll-interval, 10s, relay.poll-interval (10000ms) must be shorter than relay.lease (10000ms)",
    "relay.poll-interval, 0ms, relay.poll-interval must be longer than zero",
    "relay.window, 0, must be greater than or equal to 1",
    "relay.window, many, relay.window",
    "relay.schema, Robert'); drop, schema",
    "relay.exchange, '', exchange",
    "relay.retention, 0d, relay.retention must be longer than zero",
    "rabbitmq.uri, http://somewhere, rabbitmq.uri must be amqp://",
    "rabbitmq.uri, amqp:///nowhere, rabbitmq.uri must be amqp://",
    "rabbitmq.ca-file, /nowhere/ca.pem, rabbitmq.ca-file must be a file with certificates in PEM, but /nowhere/ca.pem is not",
    "rabbitmq.ca-file, pom.xml, rabbitmq.ca-file must be a file with certificates in PEM, but pom.xml is not",
    "rabbitmq.ca-file, src, rabbitmq.ca-file must be a file with certificates in PEM, but src is not",
  })
  void a_bad_value_stops_the_start_with_its_name(String name, String value, String sentence) {
    context
        .withPropertyValues(name + "=" + value)
        .run(failed -> assertThat(failed.getStartupFailure()).hasStackTraceContaining(sentence));
  }
}
