package io.reliableoutbox.lab.infrastructure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/** How commands are found and wrapped. */
public final class Launch {
  private static final List<String> OWN_SESSION = ownSession();

  private Launch() {}

  /** The first executable of that name on the PATH. */
  public static Optional<Path> onPath(String name) {
    var path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Pattern.compile(Pattern.quote(java.io.File.pathSeparator))
        .splitAsStream(path)
        .filter(folder -> !folder.isEmpty())
        .map(folder -> Path.of(folder, name))
        .filter(Files::isExecutable)
        .filter(Files::isRegularFile)
        .findFirst();
  }

  /** The JVM that runs this, for child JVMs. */
  public static String java() {
    return Path.of(System.getProperty("java.home"), "bin", "java").toString();
  }

  /**
   * The same command in a session of its own, under the same process id. Otherwise Ctrl-C in a
   * terminal would hit all children at once, before anybody could end them in order.
   */
  static List<String> inOwnSession(String... command) {
    var all = new ArrayList<>(OWN_SESSION);
    all.addAll(List.of(command));
    return all;
  }

  private static List<String> ownSession() {
    if (onPath("setsid").isPresent()) {
      return List.of("setsid");
    }
    if (onPath("perl").isPresent()) { // macOS
      return List.of("perl", "-e", "use POSIX; POSIX::setsid(); exec @ARGV");
    }
    return List.of();
  }
}
