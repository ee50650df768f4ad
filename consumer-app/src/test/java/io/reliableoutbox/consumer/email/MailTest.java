package io.reliableoutbox.consumer.email;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.consumer.order.OrderEvent;
import java.math.BigDecimal;
import java.time.Instant;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class MailTest {
  @ParameterizedTest
  @CsvSource({
    "customer-42, customer-42@customers.example",
    "a@evil.example, a-evil-example@customers.example",
    "'x\r\nBcc: all@evil.example', x-Bcc-all-evil-example@customers.example",
    "..., customer@customers.example",
    "Jörg, J-rg@customers.example"
  })
  void no_customer_id_addresses_anybody_else(String customerId, String recipient) {
    assertThat(mail(UUID.randomUUID(), customerId).recipient()).isEqualTo(recipient);
  }

  @Test
  void the_same_event_makes_the_same_message_id() {
    var event = UUID.randomUUID();
    assertThat(mail(event, "one").smtpMessageId())
        .isEqualTo(mail(event, "two").smtpMessageId())
        .contains(event.toString());
  }

  private static Mail mail(UUID event, String customerId) {
    return Mail.about(
        new OrderEvent(
            event,
            OrderEvent.Change.CREATED,
            "4711",
            customerId,
            "EUR",
            BigDecimal.TEN,
            List.of(),
            Instant.EPOCH));
  }
}
