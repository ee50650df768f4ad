package io.reliableoutbox.lab.infrastructure;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.model.ExposedPort;
import com.github.dockerjava.api.model.PortBinding;
import com.github.dockerjava.api.model.Ports;
import java.util.Map;
import java.util.Objects;
import org.testcontainers.containers.Container.ExecResult;
import org.testcontainers.containers.GenericContainer;
import org.testcontainers.utility.DockerImageName;

/**
 * A server in a container. Testcontainers makes the container, and removes it if this JVM dies;
 * between that, plain Docker calls stop, kill and pause it. The port on the host is fixed, because
 * Docker would choose another one at each start.
 */
abstract class DockerServer implements Server {
  private final GenericContainer<?> container;
  private final HostPort address;

  DockerServer(String image, int port, Map<String, String> environment) {
    int hostPort = FreePort.next();
    container =
        new GenericContainer<>(DockerImageName.parse(image))
            .withEnv(environment)
            .withExposedPorts(port)
            .withCreateContainerCmdModifier(
                command ->
                    Objects.requireNonNull(command.getHostConfig())
                        .withPortBindings(
                            new PortBinding(
                                Ports.Binding.bindPort(hostPort), ExposedPort.tcp(port))));
    container.start();
    address = new HostPort(container.getHost(), hostPort);
  }

  abstract void awaitReady();

  private DockerClient docker() {
    return container.getDockerClient();
  }

  private String id() {
    return container.getContainerId();
  }

  final String exec(String... command) {
    try {
      ExecResult result = container.execInContainer(command);
      if (result.getExitCode() != 0) {
        throw new InfrastructureException(
            String.join(" ", command) + " failed: " + result.getStdout() + result.getStderr());
      }
      return result.getStdout();
    } catch (java.io.IOException e) {
      throw new InfrastructureException("Docker did not run " + command[0] + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  @Override
  public final String kind() {
    return "docker";
  }

  @Override
  public final HostPort address() {
    return address;
  }

  @Override
  public final long pid() {
    // None after close.
    if (id() == null) {
      return 0;
    }
    Long pid = state().getPidLong();
    return pid == null ? 0 : pid;
  }

  private boolean paused() {
    return running() && Boolean.TRUE.equals(state().getPaused());
  }

  private ContainerState state() {
    return docker().inspectContainerCmd(id()).exec().getState();
  }

  @Override
  public final boolean running() {
    return pid() != 0;
  }

  @Override
  public final void start() {
    if (!running()) {
      docker().startContainerCmd(id()).exec();
    }
    awaitReady();
  }

  @Override
  public final void stop() {
    if (running()) {
      docker().stopContainerCmd(id()).withTimeout(30).exec();
    }
  }

  @Override
  public final void kill() {
    if (running()) {
      docker().killContainerCmd(id()).exec();
    }
  }

  @Override
  public final void pause() {
    if (running() && !paused()) {
      docker().pauseContainerCmd(id()).exec();
    }
  }

  @Override
  public final void resume() {
    if (paused()) {
      docker().unpauseContainerCmd(id()).exec();
    }
  }

  @Override
  public final void close() {
    container.stop();
  }
}
