package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import org.jspecify.annotations.Nullable;

/**
 * This JVM's folder below the system's temp folder, with the {@link Guardian} that removes it. Made
 * on first use. Thread-safe.
 */
public final class Scratch {
  private static @Nullable Scratch current;
  private static boolean finished;

  private final Path root;
  private final Guardian guardian;

  private Scratch() {
    try {
      root = Files.createTempDirectory("reliable-outbox-");
    } catch (IOException e) {
      throw new InfrastructureException("Can't write to the system's temp folder.", e);
    }
    guardian = new Guardian(root);
  }

  private static synchronized Scratch current() {
    if (finished) {
      throw new InfrastructureException("This process is ending.");
    }
    if (current == null) {
      current = new Scratch();
    }
    return current;
  }

  /** Sees to the end of the child with this JVM; where that is too late, ends it now. */
  static void watch(Process child) {
    try {
      current().guardian.watch(child);
    } catch (IOException | InfrastructureException e) {
      child.destroyForcibly();
      throw new InfrastructureException("This process is ending.", e);
    }
  }

  /** A new empty folder, gone with this JVM at the latest. */
  public static Path folder(String name) {
    try {
      return Files.createTempDirectory(current().root, name + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * Ends everything that still runs and removes all folders, and returns when that is done. Nothing
   * can be started after it.
   */
  public static synchronized void finish() {
    finished = true;
    if (current != null) {
      current.guardian.finish();
      current = null;
    }
  }

  /** Removes a folder as far as it goes; what is left goes with the JVM. */
  static void delete(Path folder) {
    try (var files = Files.walk(folder)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      // Gone already, or a process that is just ending removed its own.
    } catch (IOException | UncheckedIOException e) {
      // The guardian tries again.
    }
  }
}
