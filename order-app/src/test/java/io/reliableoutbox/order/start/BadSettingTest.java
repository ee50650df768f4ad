package io.reliableoutbox.order.start;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.reliableoutbox.order.OrderApplication;
import java.util.List;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.springframework.boot.test.system.CapturedOutput;
import org.springframework.boot.test.system.OutputCaptureExtension;

@ExtendWith(OutputCaptureExtension.class)
class BadSettingTest {
  @ParameterizedTest
  @CsvSource({
    "order.hints=maybe, order.hints is \"maybe\"",
    "order.database-wait=soon, order.database-wait is \"soon\"",
    "order.database-wait=-1s, order.database-wait must not be negative",
    "order.retry-after=10ms, order.retry-after must be 1s or more",
    "order.max-body-bytes=1, order.maxBodyBytes is \"1\"",
    "server.port=http, server.port is \"http\"",
    "server.port=70000, server.port is \"70000\"",
    "spring.datasource.hikari.maximum-pool-size=0, spring.datasource.hikari.maximum-pool-size",
    "spring.datasource.url=jdbc:mysql://localhost/outbox, must look like jdbc:postgresql://",
    "spring.datasource.url=localhost, must look like jdbc:postgresql://",
  })
  void a_bad_setting_ends_the_start_with_one_sentence_that_names_it(
      String setting, String sentence, CapturedOutput output) {
    assertThatThrownBy(
        () ->
            new org.springframework.boot.SpringApplication(OrderApplication.class)
                .run("--" + setting));
    List<String> errors = output.getAll().lines().filter(line -> line.contains("ERROR")).toList();
    assertThat(errors)
        .as(output.getAll())
        .singleElement()
        .asString()
        .contains("order-app can't start: ", sentence);
    assertThat(output.getAll()).doesNotContain("\tat ");
  }
}
