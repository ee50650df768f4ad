package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.HostPort;
import io.reliableoutbox.lab.proxy.TcpProxy;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentSkipListMap;

/**
 * The ways between the system's programs, a proxy on each: {@code relay-1 > broker}, {@code client
 * > order-app}. Thread-safe.
 */
public final class Links implements AutoCloseable {
  private final Map<String, TcpProxy> proxies = new ConcurrentSkipListMap<>();

  /** Where {@code from} finds {@code to}. */
  HostPort lay(String from, String to, HostPort target) {
    return proxies.computeIfAbsent(from + " > " + to, name -> new TcpProxy(target)).address();
  }

  /**
   * The proxies between these.
   *
   * @param from a name or how it begins: {@code relay} means all relays, and the empty text
   *     everybody
   */
  public List<TcpProxy> between(String from, String to) {
    return proxies.entrySet().stream()
        .filter(link -> link.getKey().startsWith(from) && link.getKey().endsWith(" > " + to))
        .map(Map.Entry::getValue)
        .toList();
  }

  @Override
  public void close() {
    proxies.values().forEach(TcpProxy::close);
  }
}
