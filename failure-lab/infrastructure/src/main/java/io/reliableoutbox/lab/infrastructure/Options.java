package io.reliableoutbox.lab.infrastructure;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How servers are started.
 *
 * @param logs folder for the servers' logs, or null to keep them with the server's other files
 * @param durable false lets PostgreSQL skip fsync: for tests that don't lose the machine, only
 *     processes
 * @param postgres null for the embedded PostgreSQL, or the folder of an installed one, with its
 *     {@code bin}
 * @param tls null, or what to show to clients that come by TLS; only for processes of this machine
 */
public record Options(
    @Nullable Path logs, boolean durable, @Nullable Path postgres, @Nullable Tls tls) {
  public Options(@Nullable Path logs, boolean durable) {
    this(logs, durable, null, null);
  }

  public static Options forTests() {
    return new Options(null, false);
  }

  /** For tests, with TLS. */
  public static Options withTls(Tls tls) {
    return new Options(null, false, null, tls);
  }

  Path log(String name, Path folder) {
    return (logs == null ? folder : logs).resolve(name + ".log");
  }
}
