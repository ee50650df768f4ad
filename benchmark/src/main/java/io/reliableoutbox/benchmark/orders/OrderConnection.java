package io.reliableoutbox.benchmark.orders;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.Locale;

/**
 * A kept-alive HTTP connection that places orders, as cheap as it can be: on a small machine a
 * comfortable client would take a good part of what is measured. Not thread-safe.
 */
final class OrderConnection implements AutoCloseable {
  private static final int TIMEOUT_MILLIS = 10_000;
  private static final byte[] REQUEST = request();

  private final int port;
  private Socket socket;
  private InputStream in;

  OrderConnection(int port) throws IOException {
    this.port = port;
    socket = connect(port);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private static Socket connect(int port) throws IOException {
    var socket = new Socket(InetAddress.getLoopbackAddress(), port);
    socket.setTcpNoDelay(true);
    socket.setSoTimeout(TIMEOUT_MILLIS);
    return socket;
  }

  private static byte[] request() {
    var body =
        """
        {"customerId": "customer-42", "currency": "EUR",
         "lines": [{"sku": "SKU-1", "quantity": 2, "unitPrice": "19.90"},
                   {"sku": "SKU-7", "quantity": 1, "unitPrice": "5.00"}]}
        """;
    return ("POST /orders HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
            + "Content-Length: "
            + body.length()
            + "\r\n\r\n"
            + body)
        .getBytes(StandardCharsets.US_ASCII);
  }

  /** Places an order of two lines, and fails where it is not taken. */
  void place() throws IOException {
    socket.getOutputStream().write(REQUEST);
    var status = line();
    if (!status.startsWith("HTTP/1.1 201")) {
      throw new InfrastructureException("order-app answered " + status);
    }
    boolean last = false;
    int length = 0;
    for (var header = line(); !header.isEmpty(); header = line()) {
      var lower = header.toLowerCase(Locale.ROOT);
      if (lower.startsWith("content-length:")) {
        length = Integer.parseInt(lower.substring("content-length:".length()).strip());
      } else if (lower.equals("transfer-encoding: chunked")) {
        length = -1;
      } else if (lower.equals("connection: close")) {
        last = true;
      }
    }
    skipBody(length);
    if (last) {
      reconnect();
    }
  }

  /** Tomcat ends a connection after a hundred requests. */
  private void reconnect() throws IOException {
    socket.close();
    socket = connect(port);
    in = new BufferedInputStream(socket.getInputStream());
  }

  private void skipBody(int length) throws IOException {
    if (length >= 0) {
      in.skipNBytes(length);
      return;
    }
    for (int chunk = chunk(); ; chunk = chunk()) {
      in.skipNBytes(chunk + 2L); // with its line end
      if (chunk == 0) {
        return;
      }
    }
  }

  private int chunk() throws IOException {
    return Integer.parseInt(line().strip(), 16);
  }

  private String line() throws IOException {
    var line = new StringBuilder();
    for (int c = in.read(); c != '\n'; c = in.read()) {
      if (c < 0) {
        throw new IOException("order-app closed the connection");
      }
      if (c != '\r') {
        line.append((char) c);
      }
    }
    return line.toString();
  }

  @Override
  public void close() throws IOException {
    socket.close();
  }
}
