package io.reliableoutbox.lab.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class AppProcessIT {
  @TempDir Path folder;
  private final ByteArrayOutputStream said = new ByteArrayOutputStream();
  private AppProcess app;

  @AfterEach
  void kill() {
    app.kill();
  }

  @Test
  void killed_it_stays_dead_until_it_is_started_again_at_the_same_address() throws Exception {
    app = app(Map.of());
    app.start();
    var url = app.url();
    long first = app.pid();
    assertThat(app.state()).isEqualTo("up");

    app.kill();
    assertThat(app.state()).isEqualTo("down");
    assertThat(ProcessHandle.of(first).filter(ProcessHandle::isAlive)).isEmpty();

    app.start();
    assertThat(app.state()).isEqualTo("up");
    assertThat(app.url()).isEqualTo(url);
    assertThat(app.pid()).isNotEqualTo(first);
    assertThat(said()).contains("relay-9 (pid " + first + ") killed (-9)").doesNotContain("died");
  }

  @Test
  void a_death_that_nobody_asked_for_is_told() throws Exception {
    app = app(Map.of());
    app.start();
    ProcessHandle.of(app.pid()).orElseThrow().destroyForcibly();
    await().untilAsserted(() -> assertThat(said()).contains("died with status 137"));
    assertThat(app.state()).isEqualTo("down");
  }

  @Test
  void an_app_that_refuses_to_start_is_quoted() throws Exception {
    app = app(Map.of("REFUSE", "relay.lease must be positive"));
    assertThatThrownBy(app::start)
        .hasMessageContaining("relay-9 ended while it started: relay.lease must be positive");
  }

  private AppProcess app(Map<String, String> environment) throws IOException {
    var spec = new AppSpec("relay-9", TinyApp.jar(folder), 32, new HashMap<>(environment));
    return new AppProcess(
        spec, folder, new Console(new PrintStream(said, true, StandardCharsets.UTF_8)), () -> {});
  }

  private String said() {
    return said.toString(StandardCharsets.UTF_8);
  }
}
