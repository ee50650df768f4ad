package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/**
 * {@code target/lab/system.json}: where everything is, for people and scripts, while it runs. It
 * holds passwords, so only its owner can read it. Replaced as a whole, so that nobody reads half.
 */
record SystemFile(Path file, JsonMapper json) {
  SystemFile(Path folder) {
    this(folder.resolve("system.json"), JsonMapper.builder().build());
  }

  void write(
      DatabaseServer postgres,
      BrokerServer broker,
      BrokerSetup setup,
      Credentials credentials,
      List<? extends Component> apps,
      Map<String, Object> others) {
    var content = new LinkedHashMap<String, Object>();
    content.put("postgres", postgres(postgres, credentials));
    content.put("broker", broker(broker, setup));
    for (var app : apps) {
      content.put(app.name(), Map.of("url", String.valueOf(app.url()), "pid", app.pid()));
    }
    content.putAll(others);
    replace(json.writerWithDefaultPrettyPrinter().writeValueAsString(content));
  }

  void delete() {
    try {
      Files.deleteIfExists(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Map<String, Object> postgres(DatabaseServer postgres, Credentials credentials) {
    var roles = new LinkedHashMap<String, String>(credentials.database());
    roles.put(postgres.superuser(), postgres.password());
    var entry = new LinkedHashMap<String, Object>();
    entry.put("version", postgres.version());
    entry.put("kind", postgres.kind());
    entry.put("jdbcUrl", postgres.jdbcUrl(Servers.DATABASE));
    entry.put("host", postgres.address().host());
    entry.put("port", postgres.address().port());
    entry.put("database", Servers.DATABASE);
    entry.put("roles", roles);
    entry.put("pid", postgres.pid());
    return entry;
  }

  private static Map<String, Object> broker(BrokerServer broker, BrokerSetup setup) {
    var entry = new LinkedHashMap<String, Object>();
    entry.put("product", broker.product());
    entry.put("kind", broker.kind());
    entry.put("version", broker.version());
    entry.put("amqpUri", broker.amqpUri());
    entry.put(
        "users",
        Map.of(
            Credentials.RELAY, setup.uri(Credentials.RELAY),
            Credentials.CONSUMER, setup.uri(Credentials.CONSUMER)));
    entry.put("pid", broker.pid());
    return entry;
  }

  private synchronized void replace(String content) {
    try {
      var next = file.resolveSibling("system.json.next");
      Files.deleteIfExists(next);
      Files.createFile(
          next, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.writeString(next, content + "\n");
      Files.move(next, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
