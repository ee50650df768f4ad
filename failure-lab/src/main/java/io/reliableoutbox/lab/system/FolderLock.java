package io.reliableoutbox.lab.system;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * One lab at a time in a folder: two would write each other's logs. Held until the JVM ends, which
 * may run one lab after the other. The file holds its process id. Thread-safe.
 */
public final class FolderLock {
  // A lock goes when its channel is collected.
  private static final Map<Path, FileChannel> HELD = new ConcurrentHashMap<>();

  private FolderLock() {}

  /** Does nothing where this JVM holds it already. */
  public static void take(Path folder) {
    HELD.computeIfAbsent(folder.toAbsolutePath().normalize(), FolderLock::locked);
  }

  private static FileChannel locked(Path folder) {
    try {
      Files.createDirectories(folder);
      var file = folder.resolve("lock");
      var channel = FileChannel.open(file, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
      if (channel.tryLock() == null) {
        channel.close();
        throw new InfrastructureException(
            "Another ./run or ./mvnw verify is active in this folder; stop it first.");
      }
      return named(channel);
    } catch (IOException | OverlappingFileLockException e) {
      throw new InfrastructureException("Can't write to " + folder + ".", e);
    }
  }

  private static FileChannel named(FileChannel channel) throws IOException {
    try {
      channel.truncate(0);
      channel.write(ByteBuffer.wrap((ProcessHandle.current().pid() + "\n").getBytes(US_ASCII)));
      return channel;
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }
}
