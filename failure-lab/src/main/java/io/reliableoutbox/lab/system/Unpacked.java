package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Launch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;

/**
 * An app's jar in the form in which it starts with half the work: unpacked by Spring Boot's own
 * tool, and beside it an archive of the classes that a first run has loaded. Both are of this very
 * jar, and the archive of this very JVM, which ignores one that doesn't fit. Where they can't be
 * made, the jar is started as it is.
 *
 * @param folder named after the jar, its size and when it was written
 */
record Unpacked(Path jar, Path folder) {
  static Unpacked of(Path jar) {
    try {
      var name = String.valueOf(jar.getFileName()).replace(".jar", "");
      // The build gives each jar the same time; the kernel knows when it was really written.
      var version =
          Long.toHexString(Files.size(jar))
              + "-"
              + Long.toHexString(((FileTime) Files.getAttribute(jar, "unix:ctime")).toMillis());
      return new Unpacked(jar, jar.resolveSibling("unpacked").resolve(name + "-" + version));
    } catch (IOException e) {
      throw new InfrastructureException("Can't read " + jar + ".", e);
    }
  }

  /** What to start. */
  Path program() {
    var program = folder.resolve(jar.getFileName());
    return Files.isRegularFile(program) ? program : jar;
  }

  /** The archive to start it with; empty if it has none. */
  List<String> options() {
    try {
      return Files.exists(archive()) && Files.size(archive()) > 0
          // What a JVM has against an archive is no news to who reads the app's log.
          ? List.of("-XX:SharedArchiveFile=" + archive(), "-Xlog:cds=off")
          : List.of();
    } catch (IOException e) {
      return List.of();
    }
  }

  /** Whether a first run is due, which writes down what it loads. */
  boolean untrained() {
    return !program().equals(jar) && !Files.exists(archive());
  }

  /** For the first run. */
  List<String> trainingOptions() {
    return List.of("-XX:ArchiveClassesAtExit=" + unfinished(), "-Xlog:cds=off");
  }

  /**
   * After the first run. Tried once: where there is no archive now, there never is one.
   *
   * @param inOrder whether that run came to its end; else it may have left half of one
   */
  void trained(boolean inOrder) {
    try {
      if (inOrder && Files.exists(unfinished())) {
        Files.move(unfinished(), archive());
      } else {
        Files.createFile(archive());
      }
    } catch (IOException e) {
      // Then it starts without.
    }
  }

  void unpack(Path log) {
    if (Files.exists(folder)) {
      return;
    }
    var next = folder.resolveSibling(folder.getFileName() + ".next");
    try {
      forget();
      var command =
          List.of(
              Launch.java(),
              "-XX:TieredStopAtLevel=1",
              "-XX:-UsePerfData",
              "-Djarmode=tools",
              "-jar",
              jar.toString(),
              "extract",
              "--destination",
              next.toString());
      if (ChildProcess.start(command, environment -> {}, log).process().waitFor() == 0) {
        Files.move(next, folder);
      }
    } catch (IOException e) {
      // Then the jar is started as it is.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** What is left of earlier builds. */
  private void forget() throws IOException {
    if (Files.exists(folder.getParent())) {
      try (var files = Files.walk(folder.getParent())) {
        for (var file : files.sorted(java.util.Comparator.reverseOrder()).toList()) {
          Files.delete(file);
        }
      }
    }
  }

  private Path archive() {
    return folder.resolve("classes-" + Runtime.version() + ".jsa");
  }

  private Path unfinished() {
    return archive().resolveSibling(archive().getFileName() + ".next");
  }
}
