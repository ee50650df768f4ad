package io.reliableoutbox.benchmark.orders;

import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Scratch;
import io.reliableoutbox.order.withoutoutbox.SilentOutboxWriter;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * The order-app, unpacked, so that a class can be laid over it: with it, the app writes no events.
 * Both ways start alike, so that only the insert makes the difference.
 */
final class NoOutbox {
  private static final String MAIN = "io.reliableoutbox.order.OrderApplication";

  private final Path app = Scratch.folder("order-app");
  private final Path overlay = Scratch.folder("overlay");

  NoOutbox(Stand stand) {
    var jar = stand.home().resolve(Stand.ORDER_APP).toString();
    var unpack =
        List.of(
            "-Djarmode=tools", "-jar", jar, "extract", "--force", "--destination", app.toString());
    var process = new Jvm(128, List.of()).run("unpack", unpack, Map.of(), stand.log("unpack"));
    try {
      if (process.process().waitFor() != 0) {
        throw new InfrastructureException("Can't unpack order-app: " + process.lastLine());
      }
      copy(SilentOutboxWriter.class);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  /** What to run: the app as it is, or without its outbox. */
  List<String> program(boolean withOutbox) {
    var path = app.resolve("order-app.jar").toString();
    return List.of("-cp", withOutbox ? path : path + java.io.File.pathSeparator + overlay, MAIN);
  }

  private void copy(Class<?> type) {
    var file = type.getName().replace('.', '/') + ".class";
    try (var bytes = type.getResourceAsStream("/" + file)) {
      if (bytes == null) {
        throw new InfrastructureException(file + " is missing.");
      }
      var target = overlay.resolve(file);
      Files.createDirectories(target.getParent());
      Files.copy(bytes, target);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
