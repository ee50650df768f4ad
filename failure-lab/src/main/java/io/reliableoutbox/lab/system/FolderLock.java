package io.reliableoutbox.lab;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/** One lab at a time in a folder: two would write each other's logs. Held until the JVM ends. */
final class FolderLock {
  // A lock goes when its channel is collected.
  @SuppressWarnings("unused")
  private static @Nullable FileChannel held;

  private FolderLock() {}

  static void take(Path folder) {
    try {
      Files.createDirectories(folder);
      var file = folder.resolve("lock");
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new InfrastructureException("Another ./run is active in this folder; stop it first.");
      }
      held = channel;
    } catch (IOException | OverlappingFileLockException e) {
      throw new InfrastructureException("Can't write to " + folder + ".", e);
    }
  }
}
