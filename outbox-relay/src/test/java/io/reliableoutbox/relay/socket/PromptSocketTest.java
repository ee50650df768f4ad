package io.reliableoutbox.relay.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import org.junit.jupiter.api.Test;

class PromptSocketTest {
  private final byte[] bytes = new byte[8];

  @Test
  void a_look_for_more_that_finds_nothing_does_not_wait() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = connected(server)) {
      socket.setSoTimeout(1);
      assertThatThrownBy(() -> socket.getInputStream().read(bytes, 0, 8))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("nothing there yet");
    }
  }

  @Test
  void a_longer_wait_is_one() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = connected(server)) {
      socket.setSoTimeout(2);
      assertThatThrownBy(() -> socket.getInputStream().read(bytes, 0, 8))
          .isInstanceOf(SocketTimeoutException.class)
          .hasMessage("Read timed out");
    }
  }

  @Test
  void a_look_finds_what_is_there() throws Exception {
    try (var server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
        var socket = connected(server);
        var peer = server.accept()) {
      peer.getOutputStream().write(new byte[] {1, 2});
      socket.setSoTimeout(20_000);
      assertThat(socket.getInputStream().read(bytes, 0, 1)).isEqualTo(1);
      socket.setSoTimeout(1);
      assertThat(socket.getInputStream().read(bytes, 0, 8)).isEqualTo(1);
      assertThat(bytes).startsWith(2);
    }
  }

  private static Socket connected(ServerSocket server) throws Exception {
    var socket = new PromptSocket.Factory().createSocket();
    socket.connect(server.getLocalSocketAddress());
    return socket;
  }
}
