package io.reliableoutbox.lab.load;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What the client knows, independently of the system: the measure of whether anything was lost.
 * Each acknowledged order and version is a line of a CSV file as soon as the answer is there.
 * Thread-safe.
 */
public final class ClientRecord implements AutoCloseable {
  private static final int COMPLAINTS = 100;

  private final Writer file;
  private final Set<String> open = new HashSet<>();
  private final Set<String> doubtful = new HashSet<>();
  private final Set<String> complaints = new LinkedHashSet<>();
  private long attempted;
  private long acknowledged;
  private long recovered;
  private long refused;
  private long orders;
  private boolean closed;

  /**
   * The counts so far.
   *
   * @param attempted orders and changes that were asked for, each counted once
   * @param recovered those whose first answer was lost and which had been committed, or were then
   * @param unknown those that nobody has answered yet
   * @param complaints answers that no customer deserved, the first {@value #COMPLAINTS} of them
   */
  public record Counts(
      long attempted,
      long acknowledged,
      long recovered,
      long refused,
      long unknown,
      long orders,
      Set<String> complaints) {
    /** Nobody complains. */
    public Counts(
        long attempted,
        long acknowledged,
        long recovered,
        long refused,
        long unknown,
        long orders) {
      this(attempted, acknowledged, recovered, refused, unknown, orders, Set.of());
    }
  }

  public ClientRecord(Path path) {
    try {
      Files.createDirectories(path.toAbsolutePath().getParent());
      file = Files.newBufferedWriter(path);
      file.write("order_id,version,acknowledged_at\n");
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void attempt(String request) {
    attempted++;
    open.add(request);
  }

  synchronized void doubt(String request) {
    doubtful.add(request);
  }

  synchronized void acknowledge(String request, Answer.Acknowledged answer) {
    settle(request);
    acknowledged++;
    if (answer.version() == 1) {
      orders++;
    }
    if (doubtful.remove(request)) {
      recovered++;
    }
    if (closed) {
      return; // an answer after the end: nobody counts on it
    }
    try {
      file.write(answer.orderId() + "," + answer.version() + "," + Instant.now() + "\n");
      // Line by line: whoever reads the file while it grows sees no half of one.
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  synchronized void complain(String request, String answer) {
    if (complaints.size() < COMPLAINTS) {
      complaints.add(request + ": " + answer);
    }
  }

  synchronized void refuse(String request) {
    settle(request);
    doubtful.remove(request);
    refused++;
  }

  private void settle(String request) {
    open.remove(request);
  }

  public synchronized Counts counts() {
    return new Counts(
        attempted,
        acknowledged,
        recovered,
        refused,
        open.size(),
        orders,
        complaints.isEmpty() ? Set.of() : Set.copyOf(complaints));
  }

  public synchronized void flush() {
    if (closed) {
      return;
    }
    try {
      file.flush();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    try {
      file.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
