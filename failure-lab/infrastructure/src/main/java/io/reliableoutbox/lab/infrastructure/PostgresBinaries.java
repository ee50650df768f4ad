package io.reliableoutbox.lab.infrastructure;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Locale;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.jspecify.annotations.Nullable;
import org.tukaani.xz.XZInputStream;

/** PostgreSQL's programs: installed ones, or unpacked from the archive on the class path. */
record PostgresBinaries(Path home) {
  private static @Nullable PostgresBinaries unpacked;

  Path initdb() {
    return home.resolve("bin/initdb");
  }

  Path postgres() {
    return home.resolve("bin/postgres");
  }

  /** Those of that installation; null for the embedded ones. */
  static PostgresBinaries of(@Nullable Path installation) {
    if (installation == null) {
      return unpacked();
    }
    var installed = new PostgresBinaries(installation);
    if (!Files.isExecutable(installed.initdb()) || !Files.isExecutable(installed.postgres())) {
      throw new InfrastructureException(
          installation + " holds no PostgreSQL server: bin/initdb or bin/postgres is missing.");
    }
    return installed;
  }

  /** Unpacked once in this JVM, for all servers: it takes seconds of processor time. */
  private static synchronized PostgresBinaries unpacked() {
    var there = unpacked;
    if (there == null) {
      there = unpack(readableByAll(Scratch.folder("binaries")));
      unpacked = there;
    }
    return there;
  }

  /** Whoever PostgreSQL runs as. */
  private static Path readableByAll(Path folder) {
    try {
      return Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
    } catch (IOException e) {
      throw new InfrastructureException("Can't write to " + folder + ".", e);
    }
  }

  private static PostgresBinaries unpack(Path target) {
    var archive = archiveName();
    try (var packed = PostgresBinaries.class.getResourceAsStream("/" + archive)) {
      if (packed == null) {
        throw new InfrastructureException(
            "No embedded PostgreSQL for this machine (" + archive + "); use Docker.");
      }
      unpack(packed, target);
    } catch (IOException e) {
      throw new InfrastructureException("Can't unpack PostgreSQL to " + target + ".", e);
    }
    return new PostgresBinaries(target);
  }

  private static void unpack(InputStream packed, Path target) throws IOException {
    try (var tar =
        new TarArchiveInputStream(new XZInputStream(new BufferedInputStream(packed, 1 << 16)))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        unpack(tar, entry, target.resolve(entry.getName()));
      }
    }
  }

  private static void unpack(TarArchiveInputStream tar, TarArchiveEntry entry, Path file)
      throws IOException {
    if (entry.isDirectory()) {
      Files.createDirectories(file);
      return;
    }
    Files.createDirectories(file.getParent());
    if (entry.isSymbolicLink()) {
      Files.createSymbolicLink(file, Path.of(entry.getLinkName()));
      return;
    }
    Files.copy(tar, file);
    boolean executable = (entry.getMode() & 0100) != 0;
    Files.setPosixFilePermissions(
        file, PosixFilePermissions.fromString(executable ? "rwxr-xr-x" : "rw-r--r--"));
  }

  private static String archiveName() {
    boolean mac = System.getProperty("os.name").toLowerCase(Locale.ROOT).contains("mac");
    boolean arm = System.getProperty("os.arch").equals("aarch64");
    return "postgres-%s-%s.txz".formatted(mac ? "darwin" : "linux", arm ? "arm_64" : "x86_64");
  }
}
