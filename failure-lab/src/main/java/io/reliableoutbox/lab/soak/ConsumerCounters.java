package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.system.Component;
import io.reliableoutbox.lab.system.LabSystem;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/**
 * Deliveries that the consumers' inboxes absorbed, as each process told last before it died: what
 * it counted in its last second is missing.
 */
public final class ConsumerCounters {
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final String DUPLICATES = "inbox_duplicates_total";
  private final HttpClient http = HttpClient.newBuilder().connectTimeout(LIMIT).build();
  private final Map<Long, Long> byProcess = new HashMap<>();
  private final LabSystem system;

  public ConsumerCounters(LabSystem system) {
    this.system = system;
  }

  public void look() {
    for (Component component : system.components()) {
      // Others are not even asked: one that is being started answers when it is up.
      if (component.name().startsWith("consumer-") && component.pid() != 0) {
        look(component.pid(), String.valueOf(component.url()));
      }
    }
  }

  public long absorbed() {
    return byProcess.values().stream().mapToLong(Long::longValue).sum();
  }

  private void look(long pid, String url) {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/actuator/prometheus")).timeout(LIMIT).build();
    try {
      var answer = http.send(request, BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        return;
      }
      byProcess.put(
          pid,
          (long)
              answer
                  .body()
                  .lines()
                  .filter(line -> line.startsWith(DUPLICATES))
                  .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' '))))
                  .sum());
    } catch (IOException e) {
      // It is starting, frozen or dead; what it said last stands.
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
