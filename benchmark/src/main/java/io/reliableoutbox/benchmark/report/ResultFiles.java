package io.reliableoutbox.benchmark.report;

import io.reliableoutbox.benchmark.figures.Result;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import tools.jackson.databind.json.JsonMapper;

/** Results as JSON, a file each; a later one takes the place of an earlier one. */
public record ResultFiles(Path folder) {
  private static final JsonMapper JSON = JsonMapper.builder().build();

  public void write(Result result) {
    try {
      Files.createDirectories(folder);
      Files.writeString(
          file(result.benchmark()),
          JSON.writerWithDefaultPrettyPrinter().writeValueAsString(result) + "\n");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Those that are there, in the order of the names. */
  public List<Result> read(List<String> names) {
    var found = names.stream().map(this::file).filter(Files::isRegularFile).toList();
    if (found.isEmpty()) {
      throw new InfrastructureException("No results in " + folder + ": run ./run bench first.");
    }
    return found.stream().map(file -> JSON.readValue(file, Result.class)).toList();
  }

  private Path file(String name) {
    return folder.resolve(name + ".json");
  }
}
