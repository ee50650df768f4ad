package io.reliableoutbox.lab.load;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import tools.jackson.databind.json.JsonMapper;

/** The client's side of a run, for people and programs. */
public final class LoadReport {
  private LoadReport() {}

  public static Map<String, Object> entries(LoadGenerator load, double rate) {
    var counts = load.counts();
    var entries = new LinkedHashMap<String, Object>();
    entries.put("rate", rate);
    entries.put("orders", counts.orders());
    entries.put("attempted", counts.attempted());
    entries.put("acknowledged", counts.acknowledged());
    entries.put("recovered", counts.recovered());
    entries.put("refused", counts.refused());
    entries.put("unknown", counts.unknown());
    entries.put("turnedAway", load.turnedAway());
    return entries;
  }

  public static String sentence(LoadGenerator load, boolean drained) {
    var counts = load.counts();
    return ("Client:     %d requests, %d acknowledged (%d of them only when asked again), %d refused,"
            + " %d unknown, for %d orders%n%s")
        .formatted(
            counts.attempted(),
            counts.acknowledged(),
            counts.recovered(),
            counts.refused(),
            counts.unknown(),
            counts.orders(),
            drained
                ? "Drained:    all that was committed is published and applied"
                : "Drained:    no, something was still on its way");
  }

  public static void write(
      Path file, LoadGenerator load, double rate, boolean drained, String system) {
    var report = new LinkedHashMap<String, Object>();
    report.put("system", system);
    report.putAll(entries(load, rate));
    report.put("drained", drained);
    var json = JsonMapper.builder().build().writerWithDefaultPrettyPrinter();
    try {
      Files.writeString(file, json.writeValueAsString(report) + "\n");
    } catch (IOException e) {
      throw new InfrastructureException("Can't write the report to " + file + ".", e);
    }
  }
}
