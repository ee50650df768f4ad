package io.reliableoutbox.order.change;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.order.NewOrder;
import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderContract;
import io.reliableoutbox.order.OrderLine;
import io.reliableoutbox.order.OrderStep;
import io.reliableoutbox.order.outbox.OutboxEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.Collections;
import java.util.List;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

class EventContractTest {
  private static final JsonMapper JSON = JsonMapper.builder().build();
  private static final Instant NOW = Instant.parse("2026-11-23T10:15:30.123456Z");
  private static final OrderEvents EVENTS = new OrderEvents(new MessageIds(), JSON);

  static Stream<OutboxEvent> events() {
    var line = new OrderLine("SKU-1 \uD83D\uDE00 \"\\", 2, new BigDecimal("19.90"));
    Order created =
        Order.place(UUID.randomUUID(), new NewOrder("customer-42", "EUR", List.of(line)), NOW);
    Order paid = created.after(OrderStep.PAY, NOW);
    return Stream.of(
            created,
            paid,
            paid.after(OrderStep.SHIP, NOW),
            created.after(OrderStep.CANCEL, NOW),
            paid.after(OrderStep.CANCEL, NOW))
        .map(order -> EVENTS.of(order, NOW));
  }

  @ParameterizedTest
  @MethodSource("events")
  void each_event_follows_the_schema_and_looks_like_its_example(OutboxEvent event) {
    assertThat(OrderContract.breaches(event.payload())).isEmpty();
    JsonNode body = JSON.readTree(event.payload());
    JsonNode example = JSON.readTree(OrderContract.example(event.eventType()));
    assertThat(body.propertyNames()).containsExactlyElementsOf(example.propertyNames());
    assertThat(body.get("status")).isEqualTo(example.get("status"));
    assertThat(body.get("version").longValue()).isEqualTo(event.aggregateVersion());
    assertThat(body.get("orderId").stringValue()).isEqualTo(event.aggregateId());
    assertThat(body.get("occurredAt").stringValue()).isEqualTo(event.occurredAt().toString());
    assertThat(body.get("total").stringValue()).isEqualTo("39.80");
  }

  @ParameterizedTest
  @ValueSource(strings = {"order.created", "order.paid", "order.shipped", "order.cancelled"})
  void each_example_follows_the_schema(String eventType) {
    assertThat(OrderContract.breaches(OrderContract.example(eventType))).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\"currency\": \"EUR\"|\"currency\": \"eur\"",
        "\"total\": \"44.80\"|\"total\": 44.80",
        "\"total\": \"44.80\"|\"total\": \"44.8\"",
        "\"total\": \"44.80\"|\"total\": \"-44.80\"",
        "\"quantity\": 2|\"quantity\": 0",
        "\"quantity\": 2|\"quantity\": \"2\"",
        "\"version\": 1|\"version\": 0",
        "\"status\": \"CREATED\"|\"status\": \"NEW\"",
        "\"orderId\"|\"id\"",
        "\"2026-11-23T10:15:30.123456Z\"|\"2026-11-23T10:15:30\"",
        "\"2026-11-23T10:15:30.123456Z\"|\"2026-13-23T10:15:30Z\"",
        "\"sku\": \"SKU-1\"|\"sku\": \"\"",
      })
  void the_schema_refuses_what_breaks_it(String replacement) {
    String[] parts = replacement.split("\\|", -1);
    String example = OrderContract.example("order.created");
    String broken = example.replaceFirst(java.util.regex.Pattern.quote(parts[0]), parts[1]);
    assertThat(broken).isNotEqualTo(example);
    assertThat(OrderContract.breaches(broken)).isNotEmpty();
  }

  @Test
  void the_largest_order_stays_far_below_the_payload_limit() {
    var line = new OrderLine("\uD83D\uDE00".repeat(64), 1_000_000, new BigDecimal("9999999.99"));
    var order = new NewOrder("\uD83D\uDE00".repeat(100), "EUR", Collections.nCopies(100, line));
    OutboxEvent event = EVENTS.of(Order.place(UUID.randomUUID(), order, NOW), NOW);
    assertThat(OrderContract.breaches(event.payload())).isEmpty();
    assertThat(event.payload().getBytes(java.nio.charset.StandardCharsets.UTF_8).length)
        .isLessThan(64 * 1024);
  }
}
