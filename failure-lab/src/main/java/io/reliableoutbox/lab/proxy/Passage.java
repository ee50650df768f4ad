package io.reliableoutbox.lab.proxy;

import java.io.IOException;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** One connection through a proxy: two sockets, and a thread for each direction. */
final class Passage {
  private static final int BUFFER = 16 * 1024;

  private final Socket client;
  private final Socket server;
  private final Gate gate;
  private final Consumer<Passage> ended;
  private final AtomicBoolean open = new AtomicBoolean(true);

  Passage(Socket client, Socket server, Gate gate, Consumer<Passage> ended) throws IOException {
    this.client = client;
    this.server = server;
    this.gate = gate;
    this.ended = ended;
    // Nothing waits here for more to send: a proxy that nobody asked to be slow should not be.
    client.setTcpNoDelay(true);
    server.setTcpNoDelay(true);
  }

  void begin() {
    Threads.start("proxy-to-server", () -> carry(client, server, Direction.TO_SERVER));
    Threads.start("proxy-to-client", () -> carry(server, client, Direction.TO_CLIENT));
  }

  /** Both sides see a reset, as from a firewall. Returns whether it was open until then. */
  boolean cut() {
    boolean wasOpen = open.getAndSet(false);
    reset(client);
    reset(server);
    ended.accept(this);
    return wasOpen;
  }

  private void carry(Socket from, Socket to, Direction direction) {
    var buffer = new byte[BUFFER];
    try {
      for (int read = from.getInputStream().read(buffer); read >= 0; ) {
        int admitted = gate.admit(direction, read);
        to.getOutputStream().write(buffer, 0, admitted);
        if (admitted < read) {
          cut();
          return;
        }
        read = from.getInputStream().read(buffer);
      }
      // One side is done; the other may still have something to say.
      to.shutdownOutput();
      if (from.isOutputShutdown()) {
        end();
      }
    } catch (IOException e) {
      // One side is gone: so shall the other be.
      cut();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Both directions are done; what is still in the kernel's buffers arrives. */
  private void end() throws IOException {
    open.set(false);
    client.close();
    server.close();
    ended.accept(this);
  }

  static void reset(Socket socket) {
    try {
      socket.setSoLinger(true, 0);
      socket.close();
    } catch (IOException e) {
      // It was closed already.
    }
  }
}
