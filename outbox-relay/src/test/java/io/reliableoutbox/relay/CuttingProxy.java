package io.reliableoutbox.relay;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntUnaryOperator;

/**
 * A TCP proxy in front of the broker that cuts connections, both ways at once: all of them on
 * demand, or each after a number of bytes from the broker.
 */
final class CuttingProxy implements AutoCloseable {
  private final ServerSocket listener;
  private final URI target;
  private final IntUnaryOperator bytesBeforeCut;
  private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicInteger cuts = new AtomicInteger();

  /** {@code bytesBeforeCut} says for the n-th connection how many bytes from the broker it gets. */
  CuttingProxy(String amqpUri, IntUnaryOperator bytesBeforeCut) throws IOException {
    this.target = URI.create(amqpUri);
    this.bytesBeforeCut = bytesBeforeCut;
    this.listener = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
    Thread thread = new Thread(this::accept, "proxy");
    thread.setDaemon(true);
    thread.start();
  }

  String uri() {
    return target
        .toString()
        .replace(target.getHost() + ":" + target.getPort(), "127.0.0.1:" + listener.getLocalPort());
  }

  /** Connections that were really cut while they were open. */
  int cuts() {
    return cuts.get();
  }

  void cutAll() {
    Set.copyOf(sockets).forEach(this::cut);
  }

  @Override
  public void close() throws IOException {
    listener.close();
    cutAll();
  }

  private void accept() {
    try {
      while (true) {
        Socket client = listener.accept();
        Socket broker = new Socket(target.getHost(), target.getPort());
        sockets.add(client);
        int limit = bytesBeforeCut.applyAsInt(connections.getAndIncrement());
        pump(client, broker, client, Integer.MAX_VALUE);
        pump(broker, client, client, limit);
      }
    } catch (IOException closed) {
      // The listener was closed.
    }
  }

  private void pump(Socket from, Socket to, Socket client, int limit) {
    Thread thread = new Thread(() -> copy(from, to, client, limit), "proxy-pump");
    thread.setDaemon(true);
    thread.start();
  }

  private void copy(Socket from, Socket to, Socket client, int limit) {
    try (from;
        to) {
      InputStream in = from.getInputStream();
      OutputStream out = to.getOutputStream();
      byte[] buffer = new byte[4096];
      int left = limit;
      for (int n = in.read(buffer, 0, Math.min(left, buffer.length)); n > 0 && left > 0; ) {
        out.write(buffer, 0, n);
        left -= n;
        n = left == 0 ? 0 : in.read(buffer, 0, Math.min(left, buffer.length));
      }
      if (left == 0) {
        cut(client);
      }
    } catch (IOException end) {
      // Either side closed.
    } finally {
      sockets.remove(client);
    }
  }

  private void cut(Socket client) {
    try {
      if (sockets.remove(client)) {
        cuts.incrementAndGet();
        client.setSoLinger(true, 0);
        client.close();
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
