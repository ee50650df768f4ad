package io.reliableoutbox.lab.chaos;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.StandardOpenOption;

/**
 * What took place in this process, a line each, for the lab to read: {@code halt POINT}, {@code
 * transient CONSUMER ID}, {@code mutant NAME}. Written before it takes place, so that no end of the
 * process hides it. Thread-safe.
 */
final class Notes {
  private final Settings settings;

  Notes(Settings settings) {
    this.settings = settings;
  }

  synchronized void line(String line) {
    if (settings.report() == null) {
      return;
    }
    try {
      Files.writeString(
          settings.report(), line + "\n", StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
