package io.reliableoutbox.consumer.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class EnvelopeTest {
  private static final String ID = "019aaf5e-3c1b-7d2e-9f00-4b1c0d5e6f70";
  private static final Map<String, Object> HEADERS =
      Map.of("aggregate_type", "order", "aggregate_id", "4711", "aggregate_version", 3L);

  @Test
  void a_complete_envelope_is_an_event() {
    var event = (Event) open(ID, "order.paid", HEADERS);
    assertThat(event.messageId()).isEqualTo(UUID.fromString(ID));
    assertThat(event.aggregate()).isEqualTo(new AggregateKey("order", "4711"));
    assertThat(event.version()).isEqualTo(3);
    assertThat(event.skipped()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    ", order.paid, message_id is not a UUID: ''",
    "1-1-1-1-1, order.paid, message_id is not a UUID: '1-1-1-1-1'",
    ID + ", , type is missing"
  })
  void properties_that_are_missing_or_nonsense_are_named(String id, String type, String defect) {
    assertThat(defect(id, type, HEADERS)).isEqualTo(defect);
  }

  @Test
  void headers_that_are_missing_or_nonsense_are_named() {
    assertThat(defect(Map.of())).isEqualTo("aggregate_type is missing");
    assertThat(defect(with("aggregate_id", 5L))).isEqualTo("aggregate_id is missing");
    assertThat(defect(with("aggregate_id", "a\0b"))).contains("control characters");
    assertThat(defect(with("aggregate_id", "ä".repeat(128)))).contains("longer than 255 bytes");
    assertThat(defect(with("aggregate_version", 0L))).contains("whole number from 1: '0'");
    assertThat(defect(with("aggregate_version", 1.5))).contains("whole number");
    assertThat(defect(with("aggregate_version", "3"))).contains("whole number");
  }

  @Test
  void a_version_may_be_absent_and_of_any_integral_type() {
    var unversioned = new HashMap<>(HEADERS);
    unversioned.remove("aggregate_version");
    assertThat(((Event) open(ID, "order.paid", unversioned)).version()).isNull();
    assertThat(((Event) open(ID, "order.paid", with("aggregate_version", 7))).version())
        .isEqualTo(7);
  }

  @Test
  void a_tombstone_says_so() {
    assertThat(((Event) open(ID, "order.paid", with("skipped", true))).skipped()).isTrue();
  }

  @Test
  void a_message_without_a_usable_id_gets_the_same_one_at_each_delivery() {
    var once = open(null, "order.paid", HEADERS).messageId();
    assertThat(open(null, "order.paid", HEADERS).messageId()).isEqualTo(once);
    assertThat(open(null, "order.other", HEADERS).messageId()).isNotEqualTo(once);
  }

  @Test
  void a_redelivery_is_the_same_message_although_the_broker_counts_in_its_headers() {
    var once = open(null, "order.paid", HEADERS).messageId();
    assertThat(open(null, "order.paid", with("x-delivery-count", 3L)).messageId()).isEqualTo(once);
    assertThat(open(null, "order.paid", with("y-delivery-count", 3L)).messageId())
        .isNotEqualTo(once);
  }

  @Test
  void of_a_body_that_no_outbox_would_take_only_the_start_is_kept() {
    byte[] huge = new byte[5 << 20];
    var message =
        new Envelope(ID, "order.paid", null, HEADERS, "orders.events/order.paid").open(huge);
    assertThat(((Malformed) message).defect()).contains("5242880 bytes");
    assertThat(message.content().body()).hasSize(1 << 20);
  }

  @Test
  void random_envelopes_open_and_hold_nothing_that_postgresql_refuses() {
    var random = new Random(42);
    for (int i = 0; i < 10_000; i++) {
      var headers = new HashMap<String, Object>(HEADERS);
      headers.put(text(random), text(random));
      headers.put("aggregate_id", text(random));
      var message = open(random.nextBoolean() ? ID : text(random), text(random), headers);
      assertThat(message.type()).doesNotContain("\0");
      assertThat(message.content().headersJson()).doesNotContain("\0", "\\u0000");
    }
  }

  private static String text(Random random) {
    byte[] bytes = new byte[random.nextInt(20)];
    random.nextBytes(bytes);
    return new String(bytes, StandardCharsets.UTF_8);
  }

  private static Map<String, Object> with(String header, Object value) {
    var headers = new HashMap<>(HEADERS);
    headers.put(header, value);
    return headers;
  }

  private static String defect(Map<String, Object> headers) {
    return defect(ID, "order.paid", headers);
  }

  private static String defect(String id, String type, Map<String, Object> headers) {
    return ((Malformed) open(id, type, headers)).defect();
  }

  private static Received open(String id, String type, Map<String, Object> headers) {
    return new Envelope(id, type, null, headers, "orders.events/" + type).open(new byte[] {1});
  }
}
