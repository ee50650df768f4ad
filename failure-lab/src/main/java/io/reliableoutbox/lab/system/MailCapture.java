package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * An SMTP server that delivers nothing: it counts mails by their Message-ID and forgets them, so
 * that a long run doesn't fill the memory. Thread-safe.
 */
public final class MailCapture implements AutoCloseable {
  private static final byte[] LOOPBACK = {127, 0, 0, 1};

  private final ServerSocket listener;
  private final Set<Socket> open = ConcurrentHashMap.newKeySet();
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            var thread = new Thread(task, "smtp");
            thread.setDaemon(true);
            return thread;
          });
  private final Map<String, Integer> deliveries = new HashMap<>();
  private long received;
  private String latestSubject = "";

  /** How many mails came, how many different ones, and the subject of the latest. */
  public record Counts(long received, long distinct, String latestSubject) {
    public long repeated() {
      return received - distinct;
    }
  }

  public MailCapture() {
    try {
      listener = new ServerSocket(0, 100, InetAddress.getByAddress(LOOPBACK));
    } catch (IOException e) {
      throw new InfrastructureException("No SMTP server can listen.", e);
    }
    threads.execute(this::accept);
  }

  private void accept() {
    try {
      while (true) {
        var socket = listener.accept();
        open.add(socket);
        threads.execute(
            () -> {
              new SmtpDialogue(socket, this::record).run();
              open.remove(socket);
            });
      }
    } catch (IOException e) {
      // It was closed.
    }
  }

  public int port() {
    return listener.getLocalPort();
  }

  public synchronized Counts counts() {
    return new Counts(received, deliveries.size(), latestSubject);
  }

  /** The different mails that came, by Message-ID. */
  public synchronized Set<String> messageIds() {
    return Set.copyOf(deliveries.keySet());
  }

  private synchronized void record(String messageId, String subject) {
    deliveries.merge(messageId, 1, Integer::sum);
    received++;
    latestSubject = subject;
  }

  @Override
  public void close() {
    try {
      listener.close();
      for (var socket : open) {
        socket.close();
      }
    } catch (IOException e) {
      // Nobody talks to it any more.
    }
    threads.shutdown();
  }
}
