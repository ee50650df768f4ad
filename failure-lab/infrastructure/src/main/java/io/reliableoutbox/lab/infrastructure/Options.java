package io.reliableoutbox.lab.infrastructure;

import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * How servers are started.
 *
 * @param logs folder for the servers' logs, or null to keep them with the server's other files
 * @param durable false lets PostgreSQL skip fsync: for tests that don't lose the machine, only
 *     processes
 */
public record Options(@Nullable Path logs, boolean durable) {
  public static Options forTests() {
    return new Options(null, false);
  }

  Path log(String name, Path folder) {
    return (logs == null ? folder : logs).resolve(name + ".log");
  }
}
