package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Relays that have shared the buckets among them before the rows come, all at once. */
final class RelaysContender implements Contender {
  private static final Duration SHARED = Duration.ofSeconds(60);
  private static final Duration LAST_MARKS = Duration.ofSeconds(60);

  private final Stand stand;
  private final Plan plan;
  private final int relays;
  private List<AppProcess> running = List.of();
  private OutboxTable.Content content = new OutboxTable.Content(0, 0, 0);

  RelaysContender(Stand stand, Plan plan, int relays) {
    this.stand = stand;
    this.plan = plan;
    this.relays = relays;
  }

  @Override
  public String label() {
    return relays == 1 ? "1 relay" : relays + " relays";
  }

  @Override
  public String process() {
    return "relays";
  }

  @Override
  public void prepare(OutboxTable.Content rows) {
    content = rows;
    running = new ArrayList<>();
    try {
      for (int n = 0; n < relays; n++) {
        running.add(stand.relay(plan.relayJar(), plan.jvm()));
      }
      running.forEach(AppProcess::awaitReady);
      Pause.until("the buckets are shared", SHARED, this::shared);
    } catch (RuntimeException e) {
      // Else they would publish what the next one is measured with.
      running.forEach(AppProcess::close);
      throw e;
    }
  }

  /** Nobody owns more than the fair share, rounded up. */
  private boolean shared() {
    return stand
            .sql()
            .number(
                """
                select count(*) from (
                  select count(*) as share, sum(count(*)) over () as owned, count(*) over () as owners
                  from ordering.outbox_bucket where expires_at > clock_timestamp() group by owner) s
                where owned = (select count(*) from ordering.outbox_bucket)
                  and owners = %1$d and share <= ceil(owned / %1$d)
                """
                    .formatted(relays))
        == relays;
  }

  @Override
  public Publishing start() {
    return new Running(CompletableFuture.runAsync(() -> stand.outbox().insert(content)));
  }

  private final class Running implements Publishing {
    private final CompletableFuture<Void> insert;

    Running(CompletableFuture<Void> insert) {
      this.insert = insert;
    }

    @Override
    public List<Long> pids() {
      return running.stream().map(AppProcess::pid).toList();
    }

    @Override
    public void check() {
      running.forEach(AppProcess::requireAlive);
      if (insert.isCompletedExceptionally()) {
        insert.join();
      }
    }

    @Override
    public void end() {
      try {
        insert.join();
        stand.outbox().awaitPublished(LAST_MARKS);
      } finally {
        running.forEach(AppProcess::close);
      }
    }
  }
}
