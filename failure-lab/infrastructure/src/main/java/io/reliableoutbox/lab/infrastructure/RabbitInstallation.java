package io.reliableoutbox.lab.infrastructure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The programs of an installed RabbitMQ. It counts as installed when {@code rabbitmq-server} is on
 * the PATH; what is run is the script behind it, because the one that Debian puts on the PATH
 * refuses users other than root and rabbitmq.
 */
record RabbitInstallation(Path server, Path ctl, Path epmd) {
  private static final List<String> SCRIPT_FOLDERS =
      List.of("/usr/lib/rabbitmq/bin", "/opt/homebrew/opt/rabbitmq/sbin", "/opt/rabbitmq/sbin");

  static Optional<RabbitInstallation> find() {
    return Launch.onPath("rabbitmq-server")
        .flatMap(
            onPath ->
                Stream.concat(SCRIPT_FOLDERS.stream().map(Path::of), Stream.of(onPath.getParent()))
                    .filter(folder -> Files.isExecutable(folder.resolve("rabbitmq-server")))
                    .findFirst())
        .flatMap(
            folder ->
                Launch.onPath("epmd")
                    .map(
                        epmd ->
                            new RabbitInstallation(
                                folder.resolve("rabbitmq-server"),
                                folder.resolve("rabbitmqctl"),
                                epmd)));
  }
}
