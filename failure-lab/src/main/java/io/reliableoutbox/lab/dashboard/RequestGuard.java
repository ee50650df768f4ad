package io.reliableoutbox.lab.dashboard;

import com.sun.net.httpserver.Headers;
import java.net.URI;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Keeps other web pages that are open in the same browser from pressing the buttons here: a request
 * from another origin is refused, and, while the dashboard serves this machine alone, so is one
 * that came by a foreign host name (a name that was made to point here).
 */
record RequestGuard(boolean localOnly) {
  private static final Set<String> LOCAL = Set.of("localhost", "127.0.0.1", "[::1]");

  boolean allows(Headers headers) {
    var host = headers.getFirst("Host");
    if (host == null || (localOnly && !LOCAL.contains(name(host)))) {
      return false;
    }
    return sameOrigin(headers.getFirst("Origin"), host)
        && !"cross-site".equals(headers.getFirst("Sec-Fetch-Site"));
  }

  /** Programs send no Origin; browsers do for each POST. */
  private static boolean sameOrigin(@Nullable String origin, String host) {
    if (origin == null) {
      return true;
    }
    try {
      return host.equalsIgnoreCase(URI.create(origin).getRawAuthority());
    } catch (IllegalArgumentException e) {
      return false;
    }
  }

  private static String name(String host) {
    int colon = host.lastIndexOf(':');
    return colon > host.lastIndexOf(']') ? host.substring(0, colon) : host;
  }
}
