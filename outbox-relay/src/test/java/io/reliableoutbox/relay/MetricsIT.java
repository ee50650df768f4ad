package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.web.server.servlet.context.ServletWebServerApplicationContext;

/** What the whole relay tells at its endpoint. */
class MetricsIT {
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture outbox;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    outbox = new OutboxFixture();
    history = new QueueHistory(uri);
  }

  @AfterEach
  void stop() {
    history.close();
    outbox.close();
  }

  @Test
  void what_flows_what_waits_and_what_is_parked_can_be_scraped() throws Exception {
    outbox.insert("stuck", "thing.changed");
    outbox
        .sql
        .sql(
            "update outbox_delivery set state = 'PARKED', last_error = 'x', first_failed_at = now()")
        .update();
    outbox.insert("stuck", "thing.changed");
    outbox.insertMany(10, 10);
    try (var relay = relay()) {
      await().until(() -> outbox.count("PUBLISHED") == 10);
      String url = "http://127.0.0.1:" + relay.getWebServer().getPort() + "/actuator/prometheus";
      await()
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(
              () ->
                  assertThat(scrape(url))
                      .contains("outbox_outcomes_total{outcome=\"confirmed\"} 10.0")
                      .contains("outbox_outcomes_total{outcome=\"unknown\"} 0.0")
                      .contains("outbox_confirm_seconds_count 10")
                      .contains("outbox_confirm_seconds_bucket{le=\"0.1\"}")
                      .contains("outbox_leases 64.0")
                      .contains("outbox_in_flight 0.0")
                      .contains("outbox_epoch_losses_total 0.0")
                      .contains("outbox_parked 1.0")
                      .contains("outbox_blocked_aggregates 1.0")
                      .contains("outbox_pending 0.0")
                      .contains("outbox_oldest_pending_age_seconds"));
    }
  }

  private static String scrape(String url) throws Exception {
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(URI.create(url)).build(), BodyHandlers.ofString())
        .body();
  }

  private ServletWebServerApplicationContext relay() {
    return (ServletWebServerApplicationContext)
        SpringApplication.run(
            RelayApplication.class,
            "--server.port=0",
            "--spring.datasource.url=" + outbox.database.jdbcUrl(),
            "--spring.datasource.password=" + OutboxFixture.RELAY_PASSWORD,
            "--rabbitmq.uri=" + uri);
  }
}
