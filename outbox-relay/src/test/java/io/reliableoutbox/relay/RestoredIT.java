package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.postgresql.PGConnection;
import org.postgresql.copy.CopyManager;

/** An outbox that was dumped in full swing and restored into a new cluster. */
class RestoredIT {
  // In the order of a dump; the triggers are off meanwhile, as pg_restore has them.
  private static final List<String> TABLES =
      List.of("outbox", "outbox_delivery", "outbox_bucket", "relay", "shedlock", "outbox_audit");
  private final String uri = TestInfrastructure.broker().freshVirtualHost();
  private OutboxFixture old;
  private DatabaseServer newCluster;
  private OutboxFixture restored;
  private QueueHistory history;

  @BeforeEach
  void start() throws Exception {
    old = new OutboxFixture();
    history = new QueueHistory(uri);
    newCluster = Infrastructure.database(TestInfrastructure.choice(), Options.forTests());
    new TestDatabase(newCluster, "postgres").execute("create database restored");
    TestDatabase database = new TestDatabase(newCluster, "restored");
    Migrations.migrate(database.dataSource());
    restored = new OutboxFixture(database);
  }

  @AfterEach
  void stop() {
    history.close();
    restored.close();
    newCluster.close();
    old.close();
  }

  @Test
  void a_restored_outbox_goes_on_where_the_dump_left_it() throws Exception {
    old.startRelay(uri).stop();
    old.insertMany(300, 60);
    leaveInEveryState();
    Set<String> published = new HashSet<>(old.ids("PUBLISHED"));
    List<String> unsettled = old.ids("PENDING");
    unsettled.addAll(old.ids("RETRYING"));
    assertThat(published).hasSize(60);
    assertThat(old.count("RETRYING")).isEqualTo(60);
    assertThat(old.count("PARKED")).isEqualTo(1);
    assertThat(old.count("BLOCKED")).isEqualTo(2);

    restore();
    // The clusters' transaction ids and write positions have nothing to do with each other.
    assertThat(restored.ids("PENDING")).isEqualTo(old.ids("PENDING"));
    assertThat(restored.bucketsOf("dead")).as("stale leases").isEqualTo(64);
    restored.startRelay(uri);
    await().until(() -> restored.count("PUBLISHED") == 297);
    await().until(() -> history.firstArrivals().size() == 237);
    assertThat(history.ids()).containsExactlyInAnyOrderElementsOf(unsettled);
    assertThat(restored.count("PARKED")).isEqualTo(1);

    String next = restored.insert("a7", "thing.changed");
    restored
        .sql
        .sql("select replay(id) from outbox_state where state = 'PARKED'")
        .query()
        .listOfRows();
    await().until(() -> restored.count("PUBLISHED") == 301);
    await().until(() -> history.firstArrivals().size() == 241);
    assertThat(history.firstArrivals()).contains(next).doesNotContainAnyElementsOf(published);
    Order.assertKept(restored.sql, history);
  }

  // Five events of each of 60 aggregates, in order: one published, one to be retried, the rest to
  // come; of one aggregate the third is parked and the others behind it wait.
  private void leaveInEveryState() {
    old.database.execute(
        """
        update ordering.outbox_delivery set state = 'PUBLISHED', settled_at = now() where position <= 60;
        update ordering.outbox_delivery
        set state = 'RETRYING', attempts = 2, first_failed_at = now(), next_attempt_at = now(), last_error = 'x'
        where position between 61 and 120;
        update ordering.outbox_delivery d
        set state = case when d.position <= 180 then 'PARKED' else 'BLOCKED' end, last_error = 'x', first_failed_at = now()
        from ordering.outbox o
        where o.position = d.position and o.aggregate_id = 'a7' and d.position > 120;
        insert into ordering.relay (relay_id, name, expires_at) values (gen_random_uuid(), 'dead', now() - interval '3 days');
        update ordering.outbox_bucket
        set owner = (select relay_id from ordering.relay where name = 'dead'), epoch = 17, expires_at = now() - interval '3 days';
        """);
  }

  private void restore() throws SQLException, IOException {
    try (Connection from = old.database.dataSource().getConnection();
        Connection to = restored.database.dataSource().getConnection()) {
      CopyManager out = from.unwrap(PGConnection.class).getCopyAPI();
      CopyManager in = to.unwrap(PGConnection.class).getCopyAPI();
      to.createStatement().execute("set session_replication_role = replica");
      for (String table : TABLES) {
        to.createStatement().execute("delete from ordering." + table);
        ByteArrayOutputStream rows = new ByteArrayOutputStream();
        out.copyOut("copy ordering." + table + " to stdout", rows);
        in.copyIn(
            "copy ordering." + table + " from stdin", new ByteArrayInputStream(rows.toByteArray()));
      }
    }
    restored.database.execute(
        "select setval('ordering.outbox_position_seq', (select max(position) from ordering.outbox))");
  }
}
