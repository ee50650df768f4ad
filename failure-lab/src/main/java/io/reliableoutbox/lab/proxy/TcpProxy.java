package io.reliableoutbox.lab.proxy;

import io.reliableoutbox.lab.infrastructure.FreePort;
import io.reliableoutbox.lab.infrastructure.HostPort;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Stands between one program and one server, passes everything on, and breaks that on demand: for
 * connections that are open and for those to come, until {@link #open}. It keeps its address.
 * Thread-safe. It can't drop the packets of a handshake: while it is silent, a new connection is
 * opened and then hears nothing.
 */
public final class TcpProxy implements AutoCloseable {
  private static final int CONNECT_MILLIS = 5000;

  private volatile HostPort target;
  private final HostPort address = new HostPort("127.0.0.1", FreePort.next());
  private final Gate gate = new Gate();
  private final Set<Passage> passages = ConcurrentHashMap.newKeySet();
  private @Nullable Listener listener;

  public TcpProxy(HostPort target) {
    this.target = target;
    listen();
  }

  public HostPort address() {
    return address;
  }

  /** New connections go there from now on; those that are open are reset. */
  public void leadTo(HostPort other) {
    target = other;
    cut();
  }

  public int connections() {
    return passages.size();
  }

  /** Resets all connections, and says how many there were; new ones go through. */
  public int cut() {
    return (int) Set.copyOf(passages).stream().filter(Passage::cut).count();
  }

  /** Resets the connection that carries more than so many bytes from now on, all taken together. */
  public void cutAfter(Direction direction, long bytes) {
    gate.cutAfter(direction, bytes);
  }

  /** Refuses new connections, as if nobody listened. Those that are open stay. */
  public synchronized void refuse() {
    if (listener != null) {
      listener.close();
      listener = null;
    }
  }

  /**
   * Passes nothing on in these directions, and closes nothing. What is held goes on when the proxy
   * is opened, if both sides still wait: as after a network that was away.
   */
  public void silence(Direction... directions) {
    gate.silence(Set.of(directions));
  }

  /** Bytes that the present, or last, silence has held back. */
  public long held() {
    return gate.held();
  }

  /** Each piece of at most 16 KiB waits so long. */
  public void slow(Duration each) {
    gate.slow(each);
  }

  /** Pieces that the present, or last, slowness has held up. */
  public long slowed() {
    return gate.slowed();
  }

  /** Everything goes through again. */
  public synchronized void open() {
    gate.open();
    if (listener == null) {
      listen();
    }
  }

  @Override
  public synchronized void close() {
    refuse();
    gate.open();
    cut();
  }

  private void listen() {
    // A server that doesn't answer holds up nobody else.
    listener =
        new Listener(address, client -> Threads.start("proxy-connect", () -> connect(client)));
  }

  private void connect(Socket client) {
    var server = new Socket();
    try {
      var now = target;
      server.connect(new InetSocketAddress(now.host(), now.port()), CONNECT_MILLIS);
      var passage = new Passage(client, server, gate, passages::remove);
      passages.add(passage);
      passage.begin();
    } catch (IOException e) {
      Passage.reset(client);
      Passage.reset(server);
    }
  }
}
