package io.reliableoutbox.lab.dashboard;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.system.Component;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postgresql.ds.PGSimpleDataSource;
import tools.jackson.databind.json.JsonMapper;

class DashboardTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private final AtomicInteger orders = new AtomicInteger();
  private final FakeComponent relay = new FakeComponent();
  private Dashboard dashboard;

  @BeforeEach
  void start() {
    var nowhere = new PGSimpleDataSource();
    nowhere.setUrl("jdbc:postgresql://127.0.0.1:" + FreePort.next() + "/outbox");
    var view =
        new View("a test", nowhere, List.of(relay), orders::incrementAndGet, Map::of, Map::of);
    dashboard = new Dashboard("127.0.0.1", FreePort.next(), view);
  }

  @AfterEach
  void close() {
    dashboard.close();
  }

  @Test
  void the_page_needs_nothing_from_elsewhere() throws Exception {
    var page = get("/");
    assertThat(page.statusCode()).isEqualTo(200);
    assertThat(page.body()).contains("Place an order").doesNotContainPattern("(src|href)=\"http");
    assertThat(page.headers().firstValue("Content-Security-Policy").orElse(""))
        .contains("default-src 'none'");
  }

  @Test
  void without_a_database_it_still_shows_the_processes_and_says_what_is_wrong() throws Exception {
    var state = JsonMapper.shared().readTree(get("/api/state").body());
    assertThat(state.at("/components/0/name").asString()).isEqualTo("relay-1");
    assertThat(state.at("/lag/0/error").asString()).contains("refused");
    assertThat(get("/health").statusCode()).isEqualTo(200);
  }

  @Test
  void buttons_kill_start_and_order() throws Exception {
    assertThat(post("/api/components/relay-1/kill").statusCode()).isEqualTo(200);
    assertThat(relay.pressed).isEqualTo("kill");
    assertThat(post("/api/components/relay-1/start").statusCode()).isEqualTo(200);
    assertThat(relay.pressed).isEqualTo("start");
    assertThat(post("/api/orders?count=100").statusCode()).isEqualTo(202);
    assertThat(orders).hasValue(100);
  }

  @ParameterizedTest
  @ValueSource(strings = {"count=0x", "count=", "count=5000", "count=-1", "other"})
  void an_unusable_count_is_refused(String query) throws Exception {
    assertThat(post("/api/orders?" + query).statusCode()).isEqualTo(400);
    assertThat(orders).hasValue(0);
  }

  @Test
  void nothing_is_changed_by_get_or_for_unknown_names() throws Exception {
    assertThat(get("/api/components/relay-1/kill").statusCode()).isEqualTo(405);
    assertThat(get("/api/orders").statusCode()).isEqualTo(405);
    assertThat(post("/api/components/nobody/kill").statusCode()).isEqualTo(404);
    assertThat(post("/api/components/relay-1/explode").statusCode()).isEqualTo(404);
    assertThat(get("/../etc/passwd").statusCode()).isEqualTo(404);
    assertThat(relay.pressed).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {"http://evil.example", "http://localhost:1", "null"})
  void another_origin_is_refused(String origin) throws Exception {
    var request =
        request("/api/components/relay-1/kill")
            .header("Origin", origin)
            .POST(BodyPublishers.noBody());
    assertThat(send(request).statusCode()).isEqualTo(403);
    assertThat(relay.pressed).isEmpty();
  }

  private HttpResponse<String> get(String path) throws Exception {
    return send(request(path));
  }

  private HttpResponse<String> post(String path) throws Exception {
    return send(request(path).POST(BodyPublishers.noBody()));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + dashboard.port() + path));
  }

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    return client.send(request.build(), BodyHandlers.ofString());
  }

  /** Remembers which button was pressed. */
  private static final class FakeComponent implements Component {
    private volatile String pressed = "";

    @Override
    public String name() {
      return "relay-1";
    }

    @Override
    public String state() {
      return "up";
    }

    @Override
    public long pid() {
      return 1;
    }

    @Override
    public String url() {
      return "http://127.0.0.1:1";
    }

    @Override
    public boolean controllable() {
      return true;
    }

    @Override
    public void kill() {
      pressed = "kill";
    }

    @Override
    public void stop() {
      pressed = "stop";
    }

    @Override
    public void freeze() {}

    @Override
    public void thaw() {}

    @Override
    public void start() {
      pressed = "start";
    }
  }
}
