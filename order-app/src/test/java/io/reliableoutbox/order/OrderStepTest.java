package io.reliableoutbox.order;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class OrderStepTest {
  @ParameterizedTest
  @CsvSource({
    "PAY,    CREATED,   allowed",
    "PAY,    PAID,      happened",
    "PAY,    SHIPPED,   happened",
    "PAY,    CANCELLED, forbidden",
    "SHIP,   CREATED,   forbidden",
    "SHIP,   PAID,      allowed",
    "SHIP,   SHIPPED,   happened",
    "SHIP,   CANCELLED, forbidden",
    "CANCEL, CREATED,   allowed",
    "CANCEL, PAID,      allowed",
    "CANCEL, SHIPPED,   forbidden",
    "CANCEL, CANCELLED, happened",
  })
  void each_step_in_each_status_is_allowed_or_has_happened_or_is_forbidden(
      OrderStep step, OrderStatus status, String answer) {
    assertThat(step.isAllowedFrom(status)).isEqualTo(answer.equals("allowed"));
    assertThat(step.hasHappenedIn(status)).isEqualTo(answer.equals("happened"));
  }

  @Test
  void a_step_makes_the_next_version_and_keeps_what_happened_before() {
    Instant t = Instant.parse("2026-11-23T10:00:00Z");
    var line = new OrderLine("SKU-1", 3, new BigDecimal("0.10"));
    Order created = Order.place(UUID.randomUUID(), new NewOrder("c", "EUR", List.of(line)), t);
    Order cancelled =
        created.after(OrderStep.PAY, t.plusSeconds(1)).after(OrderStep.CANCEL, t.plusSeconds(2));
    assertThat(created.total()).isEqualTo(new BigDecimal("0.30"));
    assertThat(cancelled.version()).isEqualTo(3);
    assertThat(cancelled.paidAt()).isEqualTo(t.plusSeconds(1));
    assertThat(cancelled.cancelledAt()).isEqualTo(t.plusSeconds(2));
    assertThatThrownBy(() -> cancelled.after(OrderStep.SHIP, t))
        .isInstanceOf(IllegalStateException.class);
  }
}
