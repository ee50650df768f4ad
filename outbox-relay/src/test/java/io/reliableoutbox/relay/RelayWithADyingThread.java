package io.reliableoutbox.relay;

import io.reliableoutbox.relay.core.Candidate;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.Outcomes;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.loop.Relay;
import io.reliableoutbox.relay.outbox.LeaseTable;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.outbox.Outbox;
import io.reliableoutbox.relay.rabbit.Broker;
import io.reliableoutbox.relay.trace.OutboxSpans;
import java.net.URI;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.sql.DataSource;
import org.postgresql.ds.PGSimpleDataSource;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DelegatingDataSource;

/**
 * A relay as a process, of which one thread dies of an error as soon as it owns its buckets: the
 * one that is its first argument. The others are jdbcUrl, password and brokerUri.
 */
final class RelayWithADyingThread {
  private static final AtomicBoolean OWNS = new AtomicBoolean();
  private final String dying;

  private RelayWithADyingThread(String dying) {
    this.dying = dying;
  }

  public static void main(String[] args) throws Exception {
    PGSimpleDataSource database = new PGSimpleDataSource();
    database.setUrl(args[1]);
    database.setUser("outbox_relay");
    database.setPassword(args[2]);
    database.setCurrentSchema("ordering");
    new RelayWithADyingThread(args[0]).start(database, args[3]);
  }

  private void start(DataSource database, String brokerUri) {
    JdbcClient jdbc = JdbcClient.create(database);
    new Relay(
            OutboxFixture.settings("dying", Duration.ofSeconds(3)),
            new Broker(
                List.of(URI.create(brokerUri)), null, "ordering", "orders.events", List.of()),
            new Outbox(jdbc) {
              @Override
              public List<Candidate> find(List<Scans.Page> pages, int retries) {
                dieIn("outbox-reader");
                return super.find(pages, retries);
              }
            },
            new Marks(jdbc) {
              @Override
              public int published(UUID relay, List<Mark.Published> marks) {
                dieIn("mark-writer");
                return super.published(relay, marks);
              }
            },
            new LeaseTable(jdbc) {
              @Override
              public int fairShare() {
                dieIn("lease-keeper");
                return super.fairShare();
              }

              @Override
              public java.util.Map<Integer, Long> acquire(UUID relay, Duration lease, int atMost) {
                java.util.Map<Integer, Long> acquired = super.acquire(relay, lease, atMost);
                OWNS.set(true);
                return acquired;
              }
            },
            new DelegatingDataSource(database) {
              @Override
              public Connection getConnection() throws SQLException {
                while (dying.equals("hint-listener") && !OWNS.get()) {
                  Thread.onSpinWait();
                }
                dieIn("hint-listener");
                return super.getConnection();
              }
            },
            new Outcomes() {
              @Override
              public void confirmed(long nanos) {
                dieIn("relay");
              }
            },
            OutboxSpans.NONE)
        .start();
  }

  private void dieIn(String thread) {
    if (dying.equals(thread) && OWNS.get()) {
      throw new OutOfMemoryError("as if, in " + Thread.currentThread().getName());
    }
  }
}
