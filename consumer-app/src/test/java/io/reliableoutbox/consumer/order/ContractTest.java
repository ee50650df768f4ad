package io.reliableoutbox.consumer.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.reliableoutbox.consumer.inbox.AggregateKey;
import io.reliableoutbox.consumer.inbox.Content;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.PermanentFailure;
import java.io.IOException;
import java.math.BigDecimal;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The order service tests against the same files; they are all that the two share. */
class ContractTest {
  private static final Path CONTRACTS = Path.of("../docs/contracts");
  private static final String ORDER = "019aaf5e-3c1b-7d2e-9f00-4b1c0d5e6f70";

  @ParameterizedTest
  @ValueSource(strings = {"order.created", "order.paid", "order.shipped", "order.cancelled"})
  void every_example_is_accepted_by_the_schema_and_read(String type) throws IOException {
    String example = Files.readString(CONTRACTS.resolve("examples/" + type + ".json"));
    assertThat(schema().validate(example, InputFormat.JSON)).isEmpty();

    OrderEvent event = OrderEvents.read(event(type, example));
    assertThat(event.orderId()).isEqualTo(ORDER);
    assertThat("order." + event.change().name().toLowerCase(java.util.Locale.ROOT)).isEqualTo(type);
    assertThat(event.total()).isEqualByComparingTo(new BigDecimal("44.80"));
    assertThat(event.lines()).hasSize(2);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "\"EUR\"|\"euro\"|currency",
        "\"44.80\"|44.80|total",
        "\"44.80\"|\"1E999999999\"|total",
        "\"quantity\": 2|\"quantity\": 0|quantity",
        "\"quantity\": 2|\"quantity\": 99999999999|quantity",
        "\"SKU-1\"|\"\"|sku",
        "2026-11-23T|yesterday|occurredAt",
        "{|<|JSON"
      })
  void what_breaks_the_schema_is_a_permanent_failure_that_names_the_field(
      String correct, String wrong, String named) throws IOException {
    String example = Files.readString(CONTRACTS.resolve("examples/order.created.json"));
    String broken = example.replace(correct, wrong);
    assertThat(broken).isNotEqualTo(example);
    assertThatThrownBy(() -> OrderEvents.read(event("order.created", broken)))
        .isInstanceOf(PermanentFailure.class)
        .hasMessageContaining(named);
  }

  @Test
  void an_unknown_event_type_is_a_permanent_failure() {
    assertThatThrownBy(() -> OrderEvents.read(event("order.exploded", "{}")))
        .isInstanceOf(PermanentFailure.class)
        .hasMessage("unknown event type 'order.exploded'");
  }

  private static Schema schema() throws IOException {
    return SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
        .getSchema(Files.readString(CONTRACTS.resolve("order-event.schema.json")));
  }

  private static Event event(String type, String body) {
    var content = new Content("test", "{}", body.getBytes(StandardCharsets.UTF_8));
    return new Event(
        UUID.randomUUID(), type, new AggregateKey("order", ORDER), 1L, false, null, content);
  }
}
