package io.reliableoutbox.order;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** docs/contracts, as the tests of this module use it. */
public final class OrderContract {
  private static final Path FOLDER = Path.of("../docs/contracts");
  private static final Schema SCHEMA =
      SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
          .getSchema(read(FOLDER.resolve("order-event.schema.json")), InputFormat.JSON);

  private OrderContract() {}

  /** What in this body breaks the contract. */
  public static List<Error> breaches(String body) {
    return SCHEMA.validate(
        body,
        InputFormat.JSON,
        context -> context.executionConfig(config -> config.formatAssertionsEnabled(true)));
  }

  public static String example(String eventType) {
    return read(FOLDER.resolve("examples/" + eventType + ".json"));
  }

  private static String read(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
