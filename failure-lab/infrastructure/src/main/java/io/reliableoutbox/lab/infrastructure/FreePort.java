package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Ports that nobody listens on. They come from below the range that systems give to outgoing
 * connections (from 32768 up): a server that is killed and started again must find its port free,
 * and a client's connection must not have taken it meanwhile. Thread-safe.
 */
public final class FreePort {
  private static final int FIRST = 20_000;
  private static final int LAST = 32_000;
  private static final Set<Integer> GIVEN = new HashSet<>();

  private FreePort() {}

  public static synchronized int next() {
    for (int attempt = 0; attempt < 1000; attempt++) {
      int port = ThreadLocalRandom.current().nextInt(FIRST, LAST);
      if (!GIVEN.contains(port) && free(port)) {
        GIVEN.add(port);
        return port;
      }
    }
    throw new InfrastructureException("Found no free port between " + FIRST + " and " + LAST + ".");
  }

  /** The port asked for, or the next one above it that is free. */
  public static synchronized int from(int wanted) {
    for (int port = wanted; port < Math.min(wanted + 1000, 65_536); port++) {
      if (free(port)) {
        return port;
      }
    }
    throw new InfrastructureException("No port is free from " + wanted + " on.");
  }

  /** On the loopback and on all interfaces: either may be taken without the other. */
  private static boolean free(int port) {
    return bindable(new InetSocketAddress(InetAddress.getLoopbackAddress(), port))
        && bindable(new InetSocketAddress(port));
  }

  private static boolean bindable(InetSocketAddress address) {
    try (var socket = new ServerSocket()) {
      socket.setReuseAddress(true); // a port whose last connections are in TIME_WAIT is free
      socket.bind(address);
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
