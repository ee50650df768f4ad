package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The folder of the logs; it keeps those of the latest run. */
final class Logs {
  private Logs() {}

  static void clear(Path folder) {
    try {
      Files.createDirectories(folder);
      try (var files = Files.list(folder)) {
        for (var file : files.filter(name -> name.toString().endsWith(".log")).toList()) {
          Files.delete(file);
        }
      }
    } catch (IOException e) {
      throw new InfrastructureException("Can't write to " + folder + ".", e);
    }
  }
}
