package io.reliableoutbox.benchmark.stand;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.Map;

/** What figures have to be read with: processors, memory, versions, time. */
public final class Machine {
  private Machine() {}

  public static Map<String, String> describe(Stand stand) {
    var facts = new LinkedHashMap<String, String>();
    facts.put("processors", Runtime.getRuntime().availableProcessors() + " × " + processor());
    facts.put("memory", line("/proc/meminfo", "MemTotal"));
    facts.put("system", System.getProperty("os.name") + " " + System.getProperty("os.version"));
    facts.put("java", System.getProperty("java.vm.name") + " " + Runtime.version());
    facts.put("database", stand.postgres().label());
    facts.put("broker", stand.broker().label());
    facts.put("time", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString());
    return facts;
  }

  private static String processor() {
    return line("/proc/cpuinfo", "model name");
  }

  private static String line(String file, String name) {
    try (var lines = Files.lines(Path.of(file))) {
      return lines
          .filter(line -> line.startsWith(name))
          .findFirst()
          .map(line -> line.substring(line.indexOf(':') + 1).strip())
          .orElse("unknown");
    } catch (IOException e) {
      return "unknown";
    }
  }
}
