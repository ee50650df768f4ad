package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.Launch;
import io.reliableoutbox.lab.infrastructure.Scratch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.stream.Stream;

/** Runs an app's jar in a child JVM. */
final class Jvm {
  private Jvm() {}

  static ChildProcess run(AppSpec app, Path log) {
    return run(app, log, hasAgent(app) ? List.of() : Unpacked.of(app.jar()).options());
  }

  /** JDK 17 crashes where an agent looks at a class that comes from an archive. */
  private static boolean hasAgent(AppSpec app) {
    var environment = new HashMap<>(System.getenv());
    environment.putAll(app.environment());
    return Stream.of("JDK_JAVA_OPTIONS", "JAVA_TOOL_OPTIONS")
        .anyMatch(name -> environment.getOrDefault(name, "").contains("agent"));
  }

  /** A run whose end writes an archive, from which later ones start. */
  static ChildProcess train(AppSpec app, Path log) {
    return run(app, log, Unpacked.of(app.jar()).trainingOptions());
  }

  private static ChildProcess run(AppSpec app, Path log, List<String> archive) {
    var command = new ArrayList<String>();
    command.add(Launch.java());
    command.addAll(
        List.of(
            "-Xmx" + app.heapMegabytes() + "m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            // Half the time and half the work of a start; the second compiler pays at rates that
            // the lab does not ask for.
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            // Both would leave files behind in the system's temp folder after a kill -9.
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + Scratch.folder(app.name())));
    command.addAll(archive);
    command.addAll(List.of("-jar", Unpacked.of(app.jar()).program().toString()));
    return ChildProcess.start(command, environment -> environment.putAll(app.environment()), log);
  }
}
