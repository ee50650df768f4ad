package io.reliableoutbox.lab.dashboard;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Supplier;
import javax.sql.DataSource;

/**
 * Asks the database only while somebody looks, at most once a second however many look, and the
 * more seldom the longer it takes: never more than a tenth of the time. Thread-safe.
 */
final class CachedInspection {
  private static final long MIN_NANOS = 900_000_000L;
  private static final int REST_FACTOR = 10;

  private final Part counts;
  private final Part latest;

  CachedInspection(DataSource source) {
    var inspection = new Inspection(source);
    counts = new Part(inspection::counts);
    latest = new Part(inspection::latest);
  }

  synchronized Map<String, Object> get() {
    var all = new LinkedHashMap<String, Object>(counts.get());
    all.putAll(latest.get());
    return all;
  }

  /** One answer and when to ask again. */
  private static final class Part {
    private final Supplier<Map<String, Object>> ask;
    private Map<String, Object> answer = Map.of();
    private long askAgainAt = System.nanoTime();

    Part(Supplier<Map<String, Object>> ask) {
      this.ask = ask;
    }

    Map<String, Object> get() {
      long begin = System.nanoTime();
      if (begin - askAgainAt >= 0) {
        answer = ask.get();
        long took = System.nanoTime() - begin;
        askAgainAt = begin + Math.max(MIN_NANOS, took * REST_FACTOR);
      }
      return answer;
    }
  }
}
