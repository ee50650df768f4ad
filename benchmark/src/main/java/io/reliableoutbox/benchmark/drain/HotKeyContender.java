package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.figures.Arrivals;
import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/**
 * A relay whose outbox holds one aggregate with very many rows, evenly among the others. Only the
 * others are counted as arrived.
 */
final class HotKeyContender extends RelayContender {
  private static final String HOT = "hot";

  // Of the hot aggregate only a few arrive meanwhile: looking oftener would cost more than it
  // tells.
  private static final Duration LOOK = Duration.ofMillis(500);

  private final long hotRows;
  private final List<Double> hotRates = new ArrayList<>();
  private Arrivals hotArrivals = new Arrivals(0);
  private long step;
  private long lookedAt;
  private long hotArrived;

  HotKeyContender(String label, Stand stand, Path jar, Jvm jvm, long hotRows) {
    super(label, stand, jar, jvm);
    this.hotRows = hotRows;
  }

  @Override
  public void prepare(OutboxTable.Content others) {
    step = others.rows() / hotRows + 1;
    hotArrivals = new Arrivals(hotRows);
    hotArrived = 0;
    lookedAt = System.nanoTime() - LOOK.toNanos() - 1;
    stand
        .sql()
        .run(
            """
            insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
            select 'thing', case when n %% %2$d = 0 then '%3$s' else n::text end,
                   case when n %% %2$d = 0 then n / %2$d else 1 end, 'thing.changed', '%4$s'
            from generate_series(1::bigint, %1$d::bigint) n
            """
                .formatted(hotRows * step, step, HOT, OutboxTable.payload(others.payloadBytes())));
    stand.outbox().settle();
  }

  @Override
  public long arrived(long ready) {
    if (System.nanoTime() - lookedAt > LOOK.toNanos()) {
      lookedAt = System.nanoTime();
      hotArrived = hotArrived();
      hotArrivals.add(lookedAt, hotArrived);
    }
    return Math.max(0, ready - hotArrived);
  }

  // Its rows are settled one after the other, and each step-th row is one of them.
  private long hotArrived() {
    return stand
        .sql()
        .number(
            """
            select coalesce((select min(position) / %d - 1 from ordering.outbox_delivery
              where aggregate_key = ordering.aggregate_key('thing', '%s')
                and settled_at is null), %d)
            """
                .formatted(step, HOT, hotRows));
  }

  /** Notes what the hot aggregate got, all in all, once a run is over. */
  void note() {
    hotRates.add(hotArrivals.rateUntilLast());
  }

  List<Double> hotRates() {
    return hotRates;
  }
}
