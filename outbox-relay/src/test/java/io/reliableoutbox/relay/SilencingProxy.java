package io.reliableoutbox.relay;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A TCP proxy that goes silent without closing anything. What it holds goes on once it is opened
 * again; what it swallows is gone, so a connection that lost bytes stays silent for ever.
 */
final class SilencingProxy implements AutoCloseable {
  // Small, so that a sender soon can't write any more while nothing is read.
  private static final int BUFFER = 16 * 1024;

  private record Pair(Socket client, Socket server) {}

  private final String host;
  private final int port;
  private final ServerSocket listener = new ServerSocket();
  private final Set<Pair> pairs = ConcurrentHashMap.newKeySet();
  private final Set<Pair> spoiled = ConcurrentHashMap.newKeySet();
  private final AtomicInteger connections = new AtomicInteger();
  private final AtomicLong toServer = new AtomicLong();
  private final AtomicLong swallowed = new AtomicLong();
  private boolean holdsRequests;
  private boolean holdsAnswers;
  private boolean swallows;
  private long passes;

  SilencingProxy(String host, int port) throws IOException {
    this.host = host;
    this.port = port;
    listener.setReceiveBufferSize(BUFFER);
    listener.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    start(this::accept);
  }

  static SilencingProxy before(String amqpUri) throws IOException {
    URI uri = URI.create(amqpUri);
    return new SilencingProxy(uri.getHost(), uri.getPort());
  }

  /** The same URI or URL, through this proxy. */
  String through(String uri) {
    return uri.replace(host + ":" + port, "127.0.0.1:" + listener.getLocalPort());
  }

  int connections() {
    return connections.get();
  }

  /** Bytes that were taken and passed on to nobody. */
  long swallowed() {
    return swallowed.get();
  }

  long passedToServer() {
    return toServer.get();
  }

  /** Reads nothing from the server until {@link #open}. */
  void holdAnswers() {
    set(false, true, false);
  }

  /** Reads nothing from either side until {@link #open}. */
  void hold() {
    set(true, true, false);
  }

  /** Lets about so many bytes of what is held go on to the server, and all that it answers. */
  synchronized void pass(long bytes) {
    passes = bytes;
    holdsAnswers = false;
    notifyAll();
  }

  /** Takes everything, on old and new connections, and passes nothing on. */
  void swallow() {
    set(false, false, true);
    spoiled.addAll(pairs);
  }

  /** What is held goes on, and new connections work. */
  void open() {
    set(false, false, false);
  }

  void cutAll() throws IOException {
    for (Pair pair : pairs) {
      pair.client.close();
      pair.server.close();
    }
  }

  @Override
  public void close() throws IOException {
    open();
    listener.close();
    cutAll();
  }

  private synchronized void set(boolean requests, boolean answers, boolean swallow) {
    holdsRequests = requests;
    holdsAnswers = answers;
    swallows = swallow;
    passes = 0;
    notifyAll();
  }

  private synchronized void awaitOpen(boolean answers, int bytes) throws InterruptedException {
    while (answers ? holdsAnswers : holdsRequests && passes <= 0) {
      wait();
    }
    passes -= answers ? 0 : bytes;
  }

  private void accept() {
    try {
      while (true) {
        Pair pair = new Pair(listener.accept(), new Socket(host, port));
        connections.incrementAndGet();
        synchronized (this) {
          pairs.add(pair);
          if (swallows) {
            spoiled.add(pair);
          }
        }
        start(() -> copy(pair, pair.client, pair.server, false));
        start(() -> copy(pair, pair.server, pair.client, true));
      }
    } catch (IOException closed) {
      // The listener was closed.
    }
  }

  private void copy(Pair pair, Socket from, Socket to, boolean answers) {
    try (from;
        to) {
      byte[] buffer = new byte[BUFFER];
      for (int n = from.getInputStream().read(buffer); n > 0; ) {
        awaitOpen(answers, n);
        if (spoiled.contains(pair)) {
          swallowed.addAndGet(n);
        } else {
          to.getOutputStream().write(buffer, 0, n);
          toServer.addAndGet(answers ? 0 : n);
        }
        n = from.getInputStream().read(buffer);
      }
    } catch (IOException | InterruptedException end) {
      // Either side closed.
    } finally {
      pairs.remove(pair);
    }
  }

  private static void start(Runnable work) {
    Thread thread = new Thread(work, "silencing-proxy");
    thread.setDaemon(true);
    thread.start();
  }
}
