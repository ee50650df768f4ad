package io.reliableoutbox.lab.infrastructure;

import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the RabbitMQ nodes of one cluster have in common, be it a cluster of one: the cookie by
 * which they know each other, the administrator's password, and Erlang's port mapper, which ends
 * with the last of them.
 */
final class ErlangCluster {
  private final RabbitInstallation installation;
  private final String cookie = "lab" + UUID.randomUUID();
  private final String password = UUID.randomUUID().toString();
  private final int epmdPort = FreePort.next();
  private @Nullable ChildProcess epmd;
  private int members;

  ErlangCluster(RabbitInstallation installation) {
    this.installation = installation;
  }

  String cookie() {
    return cookie;
  }

  String password() {
    return password;
  }

  int epmdPort() {
    return epmdPort;
  }

  synchronized void enter() {
    members++;
  }

  /** Started here, in the foreground: the one that Erlang starts would outlive the broker. */
  synchronized void startPortMapper(java.nio.file.Path log) {
    if (epmd == null || !epmd.alive()) {
      var port = Integer.toString(epmdPort);
      var command = List.of(installation.epmd().toString(), "-port", port, "-address", "127.0.0.1");
      epmd = ChildProcess.start(command, environment -> {}, log);
    }
  }

  synchronized void leave() {
    members--;
    if (members == 0 && epmd != null) {
      epmd.kill();
    }
  }
}
