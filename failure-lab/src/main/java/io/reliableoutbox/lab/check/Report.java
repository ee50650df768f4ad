package io.reliableoutbox.lab.check;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * A run from its start to its verdict, for programs as JSON and for people as one page of HTML that
 * can be sent to somebody.
 *
 * @param command what to type to have the same faults again
 * @param system what it ran on
 * @param notes what else there is to say, a sentence each
 */
public record Report(
    String command, String system, Verdict verdict, Timeline timeline, List<String> notes) {
  /** Writes {@code file} and, beside it, the same name with {@code .html}; returns the latter. */
  public Path write(Path file) {
    Path page = page(file);
    try {
      Files.writeString(
          file,
          JsonMapper.builder().build().writerWithDefaultPrettyPrinter().writeValueAsString(this)
              + "\n");
      Files.writeString(page, new ReportPage(this).html());
      return page;
    } catch (IOException | JacksonException e) {
      throw new InfrastructureException("Can't write the report to " + file + ".", e);
    }
  }

  private static Path page(Path file) {
    String name = String.valueOf(file.getFileName());
    return file.resolveSibling(
        (name.endsWith(".json") ? name.substring(0, name.length() - 5) : name) + ".html");
  }
}
