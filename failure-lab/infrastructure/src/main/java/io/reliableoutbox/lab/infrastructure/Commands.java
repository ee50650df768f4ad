package io.reliableoutbox.lab.infrastructure;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** Runs a command to its end. */
final class Commands {
  private Commands() {}

  /** What it printed; fails with that where its exit status is not 0. */
  static String run(
      List<String> command,
      List<String> arguments,
      Consumer<Map<String, String>> environment,
      String input) {
    var all = new ArrayList<>(command);
    all.addAll(arguments);
    var builder = new ProcessBuilder(all).redirectErrorStream(true);
    environment.accept(builder.environment());
    try {
      var process = builder.start();
      try (var stdin = process.outputWriter(StandardCharsets.UTF_8)) {
        stdin.write(input);
      }
      var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (process.waitFor() != 0) {
        throw new InfrastructureException(String.join(" ", all) + " failed: " + output.strip());
      }
      return output;
    } catch (IOException e) {
      throw new InfrastructureException("Can't run " + command.get(0) + ".", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }
}
