package io.reliableoutbox.lab.proxy;

import io.reliableoutbox.lab.infrastructure.HostPort;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import java.util.function.Consumer;

/** Accepts connections until it is closed; after that a new one is refused. */
final class Listener implements AutoCloseable {
  private final ServerSocket socket;
  private final CountDownLatch accepting = new CountDownLatch(1);

  Listener(HostPort address, Consumer<Socket> onConnection) {
    try {
      socket = new ServerSocket();
      socket.setReuseAddress(true);
      socket.bind(new InetSocketAddress(address.host(), address.port()));
    } catch (IOException e) {
      throw new InfrastructureException("No proxy can listen on " + address + ".", e);
    }
    Threads.start("proxy-accept", () -> accept(onConnection));
  }

  private void accept(Consumer<Socket> onConnection) {
    try {
      while (true) {
        onConnection.accept(socket.accept());
      }
    } catch (IOException e) {
      // It was closed.
    } finally {
      accepting.countDown();
    }
  }

  /**
   * Ends when nobody listens any more: the kernel keeps a socket listening, even a closed one, for
   * as long as a thread is within {@code accept}.
   */
  @Override
  public void close() {
    try {
      socket.close();
      accepting.await();
    } catch (IOException e) {
      throw new InfrastructureException("A proxy can't be closed.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
