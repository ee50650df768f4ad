package io.reliableoutbox.order.http;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.reliableoutbox.order.NewOrder;
import java.math.BigDecimal;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.json.JsonMapper;

class NewOrderReaderTest {
  private static final JsonMapper JSON =
      JsonMapper.builder().enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS).build();

  @ParameterizedTest
  @ValueSource(
      strings = {"\"19.9\"", "\"19.90\"", "\"19.900\"", "19.9", "19.90", "1.99e1", "1990e-2"})
  void the_same_price_is_read_from_every_way_to_write_it(String price) {
    assertThat(order(price).lines().get(0).unitPrice()).isEqualTo(new BigDecimal("19.90"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"0", "0.00", "\"0\"", "0e99", "0e-2147483000", "-0"})
  void nothing_may_be_free_in_every_way_to_write_zero(String price) {
    assertThat(order(price).lines().get(0).unitPrice()).isEqualTo(new BigDecimal("0.00"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "-1",
        "-0.01",
        "10000000",
        "\"10000000\"",
        "1e2147483647",
        "1e99",
        "0.001",
        "1e-2147483647",
        "\"1e3\"",
        "\"+1\"",
        "\"-1\"",
        "\" 1\"",
        "\"1,5\"",
        "\"\"",
        "\"NaN\"",
        "\"٣\"",
        "true",
        "[]",
        "{}",
        "null",
        "1.005"
      })
  void what_is_no_price_names_its_field(String price) {
    var refused = catchThrowableOfType(InvalidRequest.class, () -> order(price));
    assertThat(refused.errors())
        .singleElement()
        .extracting(FieldError::field)
        .isEqualTo("lines[0].unitPrice");
  }

  @Test
  void the_largest_order_has_a_total_that_fits() {
    String line = "{\"sku\":\"s\",\"quantity\":1000000,\"unitPrice\":\"9999999.99\"}";
    String body =
        "{\"customerId\":\"c\",\"currency\":\"EUR\",\"lines\":[%s]}"
            .formatted((line + ",").repeat(99) + line);
    assertThat(NewOrderReader.read(JSON.readTree(body)).total())
        .isEqualTo(new BigDecimal("999999999000000.00"));
  }

  @Test
  void length_is_counted_in_code_points() {
    assertThat(withCustomer("\uD83D\uDE00".repeat(100)).customerId()).hasSize(200);
    assertThat(catchThrowableOfType(InvalidRequest.class, () -> withCustomer("x".repeat(101))))
        .isNotNull();
  }

  @Test
  void all_mistakes_are_told_at_once() {
    var refused =
        catchThrowableOfType(
            InvalidRequest.class,
            () -> NewOrderReader.read(JSON.readTree("{\"lines\":[{},7],\"currency\":\"XXXX\"}")));
    assertThat(refused.errors())
        .extracting(FieldError::field)
        .containsExactly(
            "customerId",
            "lines[0].sku",
            "lines[0].quantity",
            "lines[0].unitPrice",
            "lines[1]",
            "currency");
  }

  private static NewOrder withCustomer(String customer) {
    return NewOrderReader.read(
        JSON.readTree(
            "{\"customerId\":%s,\"currency\":\"EUR\",\"lines\":[{\"sku\":\"s\",\"quantity\":1,\"unitPrice\":1}]}"
                .formatted(JSON.writeValueAsString(customer))));
  }

  private static NewOrder order(String price) {
    return NewOrderReader.read(
        JSON.readTree(
            "{\"customerId\":\"c\",\"currency\":\"EUR\",\"lines\":[{\"sku\":\"s\",\"quantity\":1,\"unitPrice\":%s}]}"
                .formatted(price)));
  }
}
