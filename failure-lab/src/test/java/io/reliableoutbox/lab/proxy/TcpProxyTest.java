package io.reliableoutbox.lab.proxy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.HostPort;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each way to break a connection, through to a server that says everything back. */
class TcpProxyTest {
  private ServerSocket echo;
  private TcpProxy proxy;

  @BeforeEach
  void start() throws IOException {
    echo = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Threads.start("echo", this::serve);
    proxy = new TcpProxy(new HostPort("127.0.0.1", echo.getLocalPort()));
  }

  @AfterEach
  void stop() throws IOException {
    proxy.close();
    echo.close();
  }

  @Test
  void everything_goes_through_both_ways_until_either_side_ends() throws IOException {
    try (var client = connect()) {
      client.getOutputStream().write(new byte[1_000_000]);
      client.shutdownOutput();
      assertThat(client.getInputStream().readAllBytes()).hasSize(1_000_000);
    }
    await().until(() -> proxy.connections() == 0);
  }

  @Test
  void a_cut_resets_what_is_open_and_lets_new_connections_through() throws IOException {
    try (var client = connect()) {
      assertThat(say(client, "a")).isEqualTo("a");
      assertThat(proxy.cut()).isEqualTo(1);
      assertThatIOException().isThrownBy(() -> say(client, "b"));
    }
    try (var client = connect()) {
      assertThat(say(client, "c")).isEqualTo("c");
    }
  }

  @Test
  void refused_is_refused_at_once_until_the_proxy_is_opened() throws IOException {
    for (int i = 0; i < 200; i++) {
      proxy.refuse();
      assertThatIOException().isThrownBy(this::connect).isInstanceOf(ConnectException.class);
      proxy.open();
      try (var client = connect()) {
        assertThat(say(client, "a")).isEqualTo("a");
      }
    }
  }

  @Test
  void slowed_pieces_arrive_each_after_its_time_and_are_counted() throws IOException {
    try (var client = connect()) {
      proxy.slow(Duration.ofMillis(50));
      long begin = System.nanoTime();
      assertThat(say(client, "a")).isEqualTo("a");
      assertThat(Duration.ofNanos(System.nanoTime() - begin)).isGreaterThan(Duration.ofMillis(100));
      assertThat(proxy.slowed()).isEqualTo(2);
    }
  }

  @Test
  void silenced_answers_are_held_back_and_arrive_after_all() throws IOException {
    try (var client = connect()) {
      proxy.silence(Direction.TO_CLIENT);
      client.setSoTimeout(300);
      assertThatIOException()
          .isThrownBy(() -> say(client, "a"))
          .isInstanceOf(SocketTimeoutException.class);
      await().until(() -> proxy.held() == 1);
      proxy.open();
      client.setSoTimeout(10_000);
      assertThat(read(client.getInputStream(), 1)).isEqualTo("a");
    }
  }

  @Test
  void what_was_swallowed_is_gone_when_the_connection_is_cut() throws IOException {
    try (var client = connect()) {
      proxy.silence(Direction.TO_SERVER);
      client.getOutputStream().write('a');
      await().until(() -> proxy.held() == 1);
      assertThat(proxy.cut()).isEqualTo(1);
      proxy.open();
      assertThatIOException().isThrownBy(() -> say(client, "b"));
    }
  }

  @Test
  void a_connection_is_cut_after_so_many_bytes_and_the_next_one_is_not() throws IOException {
    proxy.cutAfter(Direction.TO_CLIENT, 3);
    try (var client = connect()) {
      assertThat(say(client, "abc")).isEqualTo("abc");
      assertThatIOException().isThrownBy(() -> say(client, "d"));
    }
    try (var client = connect()) {
      assertThat(say(client, "abcdef")).isEqualTo("abcdef");
    }
  }

  @Test
  void slow_is_slow() throws IOException {
    proxy.slow(Duration.ofMillis(400));
    try (var client = connect()) {
      client.setSoTimeout(200);
      assertThatIOException()
          .isThrownBy(() -> say(client, "a"))
          .isInstanceOf(SocketTimeoutException.class);
      client.setSoTimeout(10_000);
      assertThat(read(client.getInputStream(), 1)).isEqualTo("a");
    }
  }

  @Test
  void where_nobody_listens_behind_it_a_connection_is_reset() throws IOException {
    echo.close();
    try (var client = connect()) {
      assertThatIOException().isThrownBy(() -> say(client, "a"));
    }
  }

  private Socket connect() throws IOException {
    var client = new Socket(proxy.address().host(), proxy.address().port());
    client.setSoTimeout(10_000);
    return client;
  }

  private static String say(Socket client, String text) throws IOException {
    client.getOutputStream().write(text.getBytes(StandardCharsets.UTF_8));
    return read(client.getInputStream(), text.length());
  }

  private static String read(InputStream in, int bytes) throws IOException {
    var text = new String(in.readNBytes(bytes), StandardCharsets.UTF_8);
    if (text.length() < bytes) {
      throw new IOException("it was closed");
    }
    return text;
  }

  private void serve() {
    try {
      while (true) {
        var client = echo.accept();
        Threads.start("echo", () -> echo(client));
      }
    } catch (IOException closed) {
      // The server was closed.
    }
  }

  private static void echo(Socket client) {
    try (client) {
      client.getInputStream().transferTo(client.getOutputStream());
    } catch (IOException cut) {
      // That is what it is for.
    }
  }
}
