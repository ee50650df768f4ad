package io.reliableoutbox.consumer.email;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicInteger;

/** An SMTP server (RFC 5321) that ends each connection after one mail, as busy ones do. */
final class OneMailAConnection implements AutoCloseable {
  private final AtomicInteger connections = new AtomicInteger();
  private final ServerSocket server;

  OneMailAConnection(int port) throws IOException {
    server = new ServerSocket(port, 10, InetAddress.getLoopbackAddress());
    new Thread(this::serve, "one mail a connection").start();
  }

  int connections() {
    return connections.get();
  }

  private void serve() {
    while (!server.isClosed()) {
      try (Socket socket = server.accept()) {
        connections.incrementAndGet();
        takeOneMail(socket);
      } catch (IOException e) {
        // The client has gone, or the test is over.
      }
    }
  }

  private static void takeOneMail(Socket socket) throws IOException {
    var in =
        new BufferedReader(
            new InputStreamReader(socket.getInputStream(), StandardCharsets.US_ASCII));
    answer(socket, "220 ready");
    String line = in.readLine();
    while (line != null && !line.equals("DATA")) {
      answer(socket, "250 ok");
      line = in.readLine();
    }
    if (line == null) {
      return;
    }
    answer(socket, "354 go on");
    while (line != null && !line.equals(".")) {
      line = in.readLine();
    }
    answer(socket, "250 taken");
  }

  private static void answer(Socket socket, String line) throws IOException {
    socket.getOutputStream().write((line + "\r\n").getBytes(StandardCharsets.US_ASCII));
  }

  @Override
  public void close() throws IOException {
    // Ends the thread, too.
    server.close();
  }
}
