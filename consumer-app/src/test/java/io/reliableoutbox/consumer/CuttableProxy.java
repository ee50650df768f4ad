package io.reliableoutbox.consumer;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;

/** Stands between a process and the broker, and cuts what goes through it. */
final class CuttableProxy implements AutoCloseable {
  private final URI broker;
  private final ServerSocket server;
  private final List<Socket> sockets = new CopyOnWriteArrayList<>();
  private final AtomicInteger accepted = new AtomicInteger();

  CuttableProxy(String brokerUri) throws IOException {
    broker = URI.create(brokerUri);
    server = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    start(this::accept);
  }

  String uri() {
    return broker
        .toString()
        .replace(":" + broker.getPort() + "/", ":" + server.getLocalPort() + "/");
  }

  /** Closes all connections; new ones go through. Returns how many it cut. */
  int cut() {
    var open = List.copyOf(sockets);
    sockets.removeAll(open);
    open.forEach(CuttableProxy::closeQuietly);
    return open.size() / 2;
  }

  /** How many connections have been opened until now. */
  int accepted() {
    return accepted.get();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = server.accept();
        accepted.incrementAndGet();
        var upstream = new Socket(broker.getHost(), broker.getPort());
        sockets.addAll(List.of(client, upstream));
        start(() -> pump(client, upstream));
        start(() -> pump(upstream, client));
      }
    } catch (IOException closed) {
      cut();
    }
  }

  private static void pump(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException cut) {
      // That is what it is for.
    }
  }

  private static void closeQuietly(Socket socket) {
    try {
      socket.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void start(Runnable task) {
    var thread = new Thread(task, "cuttable-proxy");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void close() throws IOException {
    server.close();
  }
}
