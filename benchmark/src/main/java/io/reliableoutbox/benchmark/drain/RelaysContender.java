package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.Plan;
import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/**
 * Relays that have shared the buckets among them and are warm before the rows come, all at once.
 */
final class RelaysContender implements Contender {
  private static final Duration SHARED = Duration.ofSeconds(60);
  private static final Duration LAST_MARKS = Duration.ofSeconds(60);

  private final String label;
  private final Stand stand;
  private final Path jar;
  private final Jvm jvm;
  private final int relays;
  private final Scene scene;
  private List<AppProcess> running = List.of();
  private Runnable endOfScene = () -> {};
  private OutboxTable.Content content = new OutboxTable.Content(0, 0, 0);

  RelaysContender(String label, Stand stand, Path jar, Jvm jvm, int relays, Scene scene) {
    this.label = label;
    this.stand = stand;
    this.jar = jar;
    this.jvm = jvm;
    this.relays = relays;
    this.scene = scene;
  }

  /** One relay of each build that the plan names. */
  static List<Contender> ofEachBuild(Stand stand, Plan plan) {
    return plan.relayJars().stream()
        .<Contender>map(
            jar -> {
              var label = plan.label(jar);
              return new RelaysContender(label, stand, jar, recorded(plan, label), 1, Scene.EMPTY);
            })
        .toList();
  }

  private static Jvm recorded(Plan plan, String label) {
    if (plan.recordings() == null) {
      return plan.jvm();
    }
    // Each round writes it anew: the last one stays.
    var file = plan.recordings().resolve(label.replace(' ', '-') + ".jfr");
    return plan.jvm()
        .with(
            List.of("-XX:StartFlightRecording=settings=profile,dumponexit=true,filename=" + file));
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String process() {
    return "relays";
  }

  @Override
  public void prepare(OutboxTable.Content rows) {
    content = rows;
    running = new ArrayList<>();
    endOfScene = scene.set(stand);
    try {
      for (int n = 0; n < relays; n++) {
        running.add(stand.relay(jar, jvm));
      }
      running.forEach(AppProcess::awaitReady);
      Pause.until("the buckets are shared", SHARED, this::shared);
      warm();
      stand.queues().purge();
    } catch (RuntimeException e) {
      // Else they would publish what the next one is measured with.
      close();
      throw e;
    }
  }

  private void warm() {
    if (scene == Scene.EMPTY) {
      stand.outbox().warmRelays(content);
    } else {
      stand.outbox().warmRelaysOnTop(content);
    }
  }

  private void close() {
    running.forEach(AppProcess::close);
    endOfScene.run();
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
        close();
      }
    }
  }
}
