package io.reliableoutbox.order.http;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import org.junit.jupiter.api.Test;

/** Tomcat takes a request whose headers it no longer reads, as it stops, for one without a Host. */
class StoppingServerIT {
  private static final byte[] WITHOUT_HEADERS = "POST /orders HTTP/1.1\r\n\r\n".getBytes(US_ASCII);

  @Test
  void a_request_that_a_stopping_server_does_not_read_is_an_outage_and_no_mistake_of_the_client() {
    try (var app = RunningOrderApp.on(TestSchema.fresh())) {
      assertThat(RawAnswer.to(app.port(), WITHOUT_HEADERS).status()).isEqualTo(400);
      app.announceStop();
      RawAnswer answer = RawAnswer.to(app.port(), WITHOUT_HEADERS);
      assertThat(answer.status()).isEqualTo(503);
      assertThat(answer.text()).contains("{\"title\":\"Service Unavailable\",\"status\":503}");
    }
  }
}
