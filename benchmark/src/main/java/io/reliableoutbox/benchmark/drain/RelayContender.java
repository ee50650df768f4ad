package io.reliableoutbox.benchmark.drain;

import io.reliableoutbox.benchmark.stand.AppProcess;
import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** One relay that starts on an outbox full of rows. */
class RelayContender implements Contender {
  private static final Duration LAST_MARKS = Duration.ofSeconds(60);

  private final String label;
  final Stand stand;
  private final Path jar;
  private final Jvm jvm;

  RelayContender(String label, Stand stand, Path jar, Jvm jvm) {
    this.label = label;
    this.stand = stand;
    this.jar = jar;
    this.jvm = jvm;
  }

  @Override
  public String label() {
    return label;
  }

  @Override
  public String process() {
    return "relay";
  }

  @Override
  public void prepare(OutboxTable.Content content) {
    stand.outbox().fill(content);
  }

  @Override
  public Publishing start() {
    return new Running(stand.relay(jar, jvm));
  }

  private final class Running implements Publishing {
    private final AppProcess relay;

    Running(AppProcess relay) {
      this.relay = relay;
    }

    @Override
    public List<Long> pids() {
      return List.of(relay.pid());
    }

    @Override
    public void check() {
      relay.requireAlive();
    }

    @Override
    public void end() {
      try {
        stand.outbox().awaitPublished(LAST_MARKS);
      } finally {
        relay.close();
      }
    }
  }
}
