package io.reliableoutbox.lab.infrastructure;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.stream.Stream;
import org.testcontainers.DockerClientFactory;

/** Whether Docker can be used here. */
final class DockerDaemon {
  private DockerDaemon() {}

  static boolean answers() {
    // Testcontainers searches loudly and slowly; don't ask where nothing hints at a daemon.
    return hinted() && DockerClientFactory.instance().isDockerAvailable();
  }

  private static boolean hinted() {
    var home = System.getProperty("user.home");
    var runtime = Optional.ofNullable(System.getenv("XDG_RUNTIME_DIR")).orElse("/run/user/none");
    return System.getenv("DOCKER_HOST") != null
        || Files.exists(Path.of(home, ".testcontainers.properties"))
        || Stream.of(
                Path.of("/var/run/docker.sock"),
                Path.of(home, ".docker/run/docker.sock"),
                Path.of(runtime, "docker.sock"))
            .anyMatch(Files::exists);
  }
}
