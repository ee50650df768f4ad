package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * PostgreSQL refuses to run as root. As root it is started in a user namespace of its own, where it
 * sees itself as nobody while its files stay root's; where the kernel forbids that, as nobody in
 * earnest, to whom its folder is then given.
 */
final class Unprivileged {
  private static final String NOBODY = "65534";

  private final List<String> prefix;

  Unprivileged(Path folder) {
    prefix = prefix(folder);
  }

  List<String> command(String... command) {
    var all = new ArrayList<>(prefix);
    all.addAll(List.of(command));
    return all;
  }

  private static List<String> prefix(Path folder) {
    if (!System.getProperty("user.name").equals("root")) {
      return List.of();
    }
    if (succeeds("unshare", "-U", "true")) {
      return List.of("unshare", "-U");
    }
    if (succeeds("chown", "-R", NOBODY, folder.toString()) && passable(folder)) {
      return List.of("setpriv", "--reuid", NOBODY, "--regid", NOBODY, "--clear-groups");
    }
    throw new InfrastructureException(
        "PostgreSQL can't run as root here; run this as another user, or use Docker.");
  }

  /** The scratch folder is for its owner only; nobody has to get through it. */
  private static boolean passable(Path folder) {
    return succeeds("chmod", "711", folder.resolveSibling("").toString())
        && Files.isDirectory(folder)
        && succeeds("setpriv", "--reuid", NOBODY, "--clear-groups", "true");
  }

  private static boolean succeeds(String... command) {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(Redirect.DISCARD)
              .redirectError(Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }
}
