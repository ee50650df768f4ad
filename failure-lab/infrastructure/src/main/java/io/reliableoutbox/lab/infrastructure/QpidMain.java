package io.reliableoutbox.lab.infrastructure;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import org.apache.qpid.server.SystemLauncher;
import org.apache.qpid.server.SystemLauncherListener.DefaultSystemLauncherListener;
import org.apache.qpid.server.model.Container;
import org.apache.qpid.server.model.SystemConfig;
import org.apache.qpid.server.model.VirtualHostNode;
import org.jspecify.annotations.Nullable;

/**
 * The embedded broker's own process. Each line of standard input names a virtual host to be made,
 * and is answered by the same line; the end of the input ends the process.
 */
final class QpidMain extends DefaultSystemLauncherListener {
  private @Nullable SystemConfig<?> system;

  private QpidMain() {}

  /** Argument: the address of the initial configuration. */
  public static void main(String[] arguments) throws Exception {
    var listener = new QpidMain();
    var launcher = new SystemLauncher(listener);
    launcher.startup(
        Map.of(
            "type",
            "Memory",
            SystemConfig.INITIAL_CONFIGURATION_LOCATION,
            arguments[0],
            SystemConfig.STARTUP_LOGGED_TO_SYSTEM_OUT,
            false));
    listener.serve();
    Runtime.getRuntime().halt(0);
  }

  @Override
  public void onContainerResolve(SystemConfig<?> systemConfig) {
    system = systemConfig;
  }

  private void serve() throws IOException {
    var input = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (var name = input.readLine(); name != null; name = input.readLine()) {
      addVirtualHost(name);
      System.out.println(name);
    }
  }

  private void addVirtualHost(String name) {
    if (system == null) {
      throw new IllegalStateException("the broker has not started");
    }
    Container<?> broker = system.getContainer();
    broker.createChild(
        VirtualHostNode.class,
        Map.of(
            "name", name,
            "type", "Memory",
            "virtualHostInitialConfiguration", "{\"type\": \"Memory\"}"));
  }
}
