package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * PostgreSQL servers that the packages of Debian and Red Hat have installed, each in a folder named
 * after its version.
 */
public final class PostgresInstallation {
  private static final int OLDEST = 15;
  private static final List<Path> FOLDERS =
      List.of(Path.of("/usr/lib/postgresql"), Path.of("/usr"));
  private static final Pattern VERSION = Pattern.compile("(?:pgsql-)?([0-9]+)");

  private PostgresInstallation() {}

  /** The folder of the newest, with its {@code bin}; none that the migrations can't use. */
  public static Optional<Path> newest() {
    return FOLDERS.stream()
        .flatMap(PostgresInstallation::in)
        .filter(folder -> version(folder) >= OLDEST)
        .filter(folder -> Files.isExecutable(folder.resolve("bin/initdb")))
        .max(Comparator.comparingInt(PostgresInstallation::version));
  }

  private static Stream<Path> in(Path folder) {
    try (var folders = Files.list(folder)) {
      return folders.toList().stream();
    } catch (IOException none) {
      return Stream.empty();
    }
  }

  /** 0 where it is named after none. */
  private static int version(Path folder) {
    var named = VERSION.matcher(folder.getFileName().toString());
    return named.matches() ? Integer.parseInt(named.group(1)) : 0;
  }
}
