package io.reliableoutbox.lab;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** {@code --report FILE}. */
final class ReportOption {
  @Option(
      names = "--report",
      paramLabel = "FILE",
      description = {
        "At the end write the result to FILE, as JSON; that of scenarios and soaks",
        "beside it as a page, too."
      })
  private @Nullable Path file;

  /**
   * The file, or null if nobody asked for one. Its folder must exist: to be asked before the work,
   * so that this doesn't end in vain.
   */
  @Nullable Path file() {
    if (file != null && !Files.isDirectory(file.toAbsolutePath().resolveSibling(""))) {
      throw new InfrastructureException("The folder of " + file + " does not exist.");
    }
    return file;
  }
}
