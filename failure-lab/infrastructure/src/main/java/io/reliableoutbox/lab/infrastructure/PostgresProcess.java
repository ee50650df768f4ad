package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * PostgreSQL as a child process, from the binaries on Maven Central or from an installation.
 * Listens on the loopback only and on no socket file.
 */
final class PostgresProcess extends ProcessServer implements DatabaseServer {
  private static final Duration START_TIMEOUT = Duration.ofMinutes(1);

  private final PostgresBinaries binaries;
  private final boolean embedded;
  private final Path data;
  private final Path log;
  private final Unprivileged unprivileged;
  private final boolean durable;
  private final boolean tls;
  private final String password = UUID.randomUUID().toString();
  private String version = "?";

  PostgresProcess(Options options) {
    // SIGINT is PostgreSQL's fast shutdown; SIGTERM would wait for its clients.
    super("postgres", "INT");
    embedded = options.postgres() == null;
    binaries = PostgresBinaries.of(options.postgres());
    data = folder.resolve("data");
    log = options.log("postgres", folder);
    durable = options.durable();
    tls = options.tls() != null;
    copy(options.tls());
    unprivileged = new Unprivileged(folder);
    initialise();
    start();
  }

  private Path certificate() {
    return folder.resolve("server.pem");
  }

  private Path privateKey() {
    return folder.resolve("server.key");
  }

  // PostgreSQL refuses a key that anybody but its owner could read.
  private void copy(@Nullable Tls files) {
    if (files == null) {
      return;
    }
    try {
      Files.copy(files.certificate(), certificate());
      Files.copy(files.privateKey(), privateKey());
      Files.setPosixFilePermissions(privateKey(), PosixFilePermissions.fromString("rw-------"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void initialise() {
    var passwordFile = folder.resolve("password");
    try {
      Files.writeString(passwordFile, password);
      var initdb =
          ChildProcess.start(
              unprivileged.command(
                  binaries.initdb().toString(),
                  "--pgdata=" + data,
                  "--username=" + superuser(),
                  "--pwfile=" + passwordFile,
                  "--auth=scram-sha-256",
                  "--encoding=UTF8",
                  "--locale=C",
                  "--no-sync"),
              environment -> {},
              log);
      if (initdb.process().waitFor() != 0) {
        throw new InfrastructureException("initdb failed: " + initdb.lastLine());
      }
      Files.delete(passwordFile);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted while PostgreSQL started.", e);
    }
  }

  @Override
  ChildProcess launch() {
    var settings =
        new ArrayList<>(
            List.of(
                "listen_addresses=127.0.0.1",
                "port=" + address.port(),
                "unix_socket_directories=",
                "max_connections=200",
                "max_prepared_transactions=10"));
    if (tls) {
      settings.addAll(
          List.of("ssl=on", "ssl_cert_file=" + certificate(), "ssl_key_file=" + privateKey()));
    }
    if (!durable) {
      settings.addAll(List.of("fsync=off", "full_page_writes=off"));
    }
    var command = new ArrayList<>(List.of(binaries.postgres().toString(), "-D", data.toString()));
    settings.forEach(setting -> command.addAll(List.of("-c", setting)));
    return ChildProcess.start(
        unprivileged.command(command.toArray(String[]::new)), this::forgetTheDead, log);
  }

  /**
   * After a kill -9 its lock file names a process that is dead, and whose number may be another's
   * by now: of this one number PostgreSQL doesn't ask whether it lives (CreateLockFile in
   * miscinit.c). Whether the shared memory is still in use it asks all the same.
   */
  private void forgetTheDead(Map<String, String> environment) {
    try (var lines = Files.lines(lockFile())) {
      lines.findFirst().ifPresent(pid -> environment.put("PG_GRANDPARENT_PID", pid.strip()));
    } catch (NoSuchFileException e) {
      // It was stopped in order.
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Names the process that uses the data. */
  Path lockFile() {
    return data.resolve("postmaster.pid");
  }

  /** A command of the user that PostgreSQL runs as. */
  List<String> asItsUser(String... command) {
    return unprivileged.command(command);
  }

  @Override
  void awaitReady(ChildProcess started) {
    version =
        Await.answer("PostgreSQL", started, START_TIMEOUT, () -> serverVersion(this, "postgres"));
  }

  static String serverVersion(DatabaseServer server, String database) throws SQLException {
    var source = server.dataSource(database, server.superuser(), server.password());
    try (var connection = source.getConnection()) {
      var version = connection.getMetaData().getDatabaseProductVersion();
      return version.split(" ", 2)[0];
    }
  }

  @Override
  public String kind() {
    return embedded ? "embedded" : "installed";
  }

  @Override
  public String version() {
    return version;
  }

  @Override
  public String superuser() {
    return "postgres";
  }

  @Override
  public String password() {
    return password;
  }
}
