package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.Launch;
import io.reliableoutbox.lab.infrastructure.Scratch;
import java.nio.file.Path;
import java.util.List;

/** Runs an app's jar in a child JVM. */
final class Jvm {
  private Jvm() {}

  static ChildProcess run(AppSpec app, Path log) {
    return ChildProcess.start(
        List.of(
            Launch.java(),
            "-Xmx" + app.heapMegabytes() + "m",
            "-XX:+UseSerialGC",
            "-XX:+ExitOnOutOfMemoryError",
            // Half the time and half the work of a start; the second compiler pays at rates that
            // the
            // lab does not ask for.
            "-XX:TieredStopAtLevel=1",
            "-Xshare:auto",
            // Both would leave files behind in the system's temp folder after a kill -9.
            "-XX:-UsePerfData",
            "-Djava.io.tmpdir=" + Scratch.folder(app.name()),
            "-jar",
            app.jar().toString()),
        environment -> environment.putAll(app.environment()),
        log);
  }
}
