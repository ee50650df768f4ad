package io.reliableoutbox.order.http;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;

/** What the server says to a request that is written byte by byte. */
record RawAnswer(String text) {
  static RawAnswer to(int port, String method, String path, String header) {
    return to(port, method, path, header, "");
  }

  static RawAnswer to(int port, String method, String path, String header, String body) {
    return to(port, request(method, path, header, body));
  }

  /** The server must close the connection after it. */
  static RawAnswer to(int port, byte[] request) {
    try (var socket = new Socket("localhost", port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(request);
      return new RawAnswer(new String(socket.getInputStream().readAllBytes(), UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] request(String method, String path, String header, String body) {
    return """
        %s %s HTTP/1.1
        Host: localhost
        Connection: close
        Content-Type: application/json
        Content-Length: %d
        %s
        """
        .formatted(
            method, path, body.getBytes(UTF_8).length, header.isEmpty() ? "" : header + "\r\n")
        .replaceAll("\r?\n", "\r\n")
        .concat(body)
        .getBytes(ISO_8859_1);
  }

  int status() {
    return Integer.parseInt(text.split(" ", 3)[1]);
  }
}
