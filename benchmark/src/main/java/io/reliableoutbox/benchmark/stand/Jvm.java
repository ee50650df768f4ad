package io.reliableoutbox.benchmark.stand;

import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.Launch;
import io.reliableoutbox.lab.infrastructure.Scratch;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A Java program in a JVM of its own, with the same options for the system and for what it is
 * compared with.
 *
 * @param heapMegabytes its heap, at the most
 * @param options further options of the JVM
 */
public record Jvm(int heapMegabytes, List<String> options) {
  public Jvm withHeap(int megabytes) {
    return new Jvm(megabytes, options);
  }

  public Jvm with(List<String> further) {
    var all = new ArrayList<>(options);
    all.addAll(further);
    return new Jvm(heapMegabytes, all);
  }

  /** Starts {@code program}: {@code -jar FILE}, or {@code -cp PATH CLASS}, and its arguments. */
  public ChildProcess run(
      String name, List<String> program, Map<String, String> environment, Path log) {
    var command =
        new ArrayList<>(
            List.of(
                Launch.java(),
                "-Xmx" + heapMegabytes + "m",
                "-XX:+UseSerialGC",
                "-XX:+ExitOnOutOfMemoryError",
                "-XX:-UsePerfData",
                "-Djava.io.tmpdir=" + Scratch.folder(name)));
    command.addAll(options);
    command.addAll(program);
    return ChildProcess.start(command, variables -> variables.putAll(environment), log);
  }
}
