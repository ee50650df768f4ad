package io.reliableoutbox.relay.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.relay.OutboxFixture;
import io.reliableoutbox.relay.core.Block;
import io.reliableoutbox.relay.core.Candidate;
import io.reliableoutbox.relay.core.LoadedRow;
import io.reliableoutbox.relay.core.Mark;
import io.reliableoutbox.relay.core.OutboxRow;
import io.reliableoutbox.relay.core.Scans;
import io.reliableoutbox.relay.outbox.LeaseTable;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.outbox.Outbox;
import io.reliableoutbox.relay.outbox.Retention;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.RepetitionInfo;

/**
 * A simulation is worth as much as its model: each statement of the model database has to see and
 * do what the real one does, on the same rows. (What statements do to each other isn't compared.)
 */
class ModelAgreesWithPostgresIT {
  private static final int RELAY = 1;
  private static OutboxFixture outbox;
  private World world;
  private Dice dice;
  private ModelTables tables;

  @BeforeAll
  static void start() {
    outbox = new OutboxFixture();
  }

  @AfterAll
  static void stop() {
    outbox.close();
  }

  @BeforeEach
  void fill(RepetitionInfo repetition) {
    world = new World(repetition.getCurrentRepetition(), new Variant(), null);
    dice = world.dice;
    tables = new ModelTables(world, outbox.sql);
    tables.fill();
    assertThat(tables.modelled()).isEqualTo(tables.real());
  }

  @RepeatedTest(12)
  void finds_the_same_candidates() {
    int rows = dice.between(1, 20);
    List<Scans.Page> pages = new ArrayList<>();
    for (int bucket = 0; bucket < world.plan.buckets; bucket++) {
      pages.add(new Scans.Page(bucket, dice.between(0, 60), rows, true, 0));
      if (dice.chance(0.5)) {
        pages.add(new Scans.Page(bucket, dice.between(0, 60), rows, false, 0));
      }
    }
    int retries = dice.between(1, 20);
    List<Candidate> modelled = world.outbox.find(RELAY, pages, retries);
    List<Candidate> real = new Outbox(outbox.sql).find(pages, retries);
    assertThat(modelled).containsExactlyInAnyOrderElementsOf(real);
    assertThat(modelled.stream().map(Candidate::position))
        .isEqualTo(real.stream().map(Candidate::position).toList());
  }

  @RepeatedTest(12)
  void loads_the_same_lanes() {
    int rowsEach = dice.between(1, 5);
    long maxBytes = dice.between(50, 1000);
    List<LoadedRow> real = new Outbox(outbox.sql).load(keys(), rowsEach, maxBytes);
    assertThat(world.outbox.load(RELAY, keys(), rowsEach, maxBytes))
        .extracting(ModelAgreesWithPostgresIT::seen)
        .isEqualTo(real.stream().map(ModelAgreesWithPostgresIT::seen).toList());
  }

  @RepeatedTest(12)
  void marks_the_same_rows() {
    List<Mark.Published> published = new ArrayList<>();
    List<Mark> refused = new ArrayList<>();
    long epoch = dice.between(1, 3);
    for (LoadedRow loaded : world.outbox.load(RELAY, keys(), 60, 1 << 20)) {
      OutboxRow row = stale(loaded.row());
      switch (dice.between(0, 3)) {
        case 0, 1 -> published.add(new Mark.Published(row, epoch));
        case 2 -> refused.add(new Mark.Retry(row, epoch, "nack", Duration.ofMinutes(1)));
        default -> refused.add(new Mark.Park(row, epoch, "nack"));
      }
    }
    Marks marks = new Marks(outbox.sql);
    if (!published.isEmpty()) {
      assertThat(run(world.marks.write(RELAY, List.copyOf(published))))
          .isEqualTo(marks.published(ModelTables.relay(RELAY), published));
    }
    if (!refused.isEmpty()) {
      assertThat(run(world.marks.write(RELAY, refused)))
          .isEqualTo(marks.refused(ModelTables.relay(RELAY), refused));
    }
    assertThat(tables.modelled()).isEqualTo(tables.real());
  }

  @RepeatedTest(12)
  void blocks_the_same_rows() {
    Marks marks = new Marks(outbox.sql);
    for (Aggregate aggregate : world.aggregates) {
      Block block = new Block(aggregate.key, aggregate.bucket, dice.between(1, 3));
      assertThat(run(world.marks.block(RELAY, block, 1000)))
          .isEqualTo(marks.block(ModelTables.relay(RELAY), block, 1000));
    }
    assertThat(tables.modelled()).isEqualTo(tables.real());
  }

  @RepeatedTest(12)
  void leases_the_same_buckets() {
    LeaseTable table = new LeaseTable(outbox.sql);
    Duration lease = Duration.ofMinutes(1);
    long nanos = lease.toNanos();
    for (int relay = dice.between(1, 3); relay > 0; relay--) {
      world.leases.heartbeat(relay, nanos);
      table.heartbeat(ModelTables.relay(relay), "test", lease, Duration.ofDays(7), false);
    }
    assertThat(world.leases.fairShare()).isEqualTo(table.fairShare());
    assertThat(world.leases.renew(RELAY, nanos))
        .isEqualTo(table.renew(ModelTables.relay(RELAY), lease));
    int atMost = dice.between(1, 3);
    assertThat(world.leases.acquire(3, nanos, atMost))
        .isEqualTo(table.acquire(ModelTables.relay(3), lease, atMost));
    world.leases.release(RELAY, Set.of(0));
    table.release(ModelTables.relay(RELAY), Set.of(0));
    assertThat(world.leases.acquire(2, nanos, 4))
        .isEqualTo(table.acquire(ModelTables.relay(2), lease, 4));
    world.leases.resign(3);
    table.resign(ModelTables.relay(3));
    assertThat(world.leases.fairShare()).isEqualTo(table.fairShare());
    assertThat(world.leases.acquire(2, nanos, 4))
        .isEqualTo(table.acquire(ModelTables.relay(2), lease, 4));
  }

  @RepeatedTest(12)
  void replays_and_skips_the_same_rows() {
    for (int n = 0; n < 5; n++) {
      Event event = dice.oneOf(world.database.events);
      switch (dice.between(0, 2)) {
        case 0 -> {
          world.operations.replay(event);
          call("select replay(:id)", "id", event.id);
        }
        case 1 -> {
          world.operations.skip(event);
          call("select skip(:id, 'a test')", "id", event.id);
        }
        default -> {
          world.operations.replay(event.aggregate);
          call("select replay_aggregate('thing', :name)::text", "name", event.aggregate.name);
        }
      }
      assertThat(tables.modelled()).isEqualTo(tables.real());
    }
  }

  @RepeatedTest(12)
  void removes_the_same_rows() {
    world.database.events.forEach(event -> event.messages = event.tombstones = 1);
    world.operations.retain(ModelTables.HOUR / 2);
    Retention retention = new Retention(outbox.sql);
    retention.removeOlderThan(Duration.ofMinutes(30), 0, 1000);
    assertThat(tables.modelled()).isEqualTo(tables.real());
  }

  private List<Long> keys() {
    return IntStream.range(0, 2 * world.aggregates.size())
        .mapToObj(n -> world.aggregates.get(n / 2).key ^ -(n % 2))
        .toList();
  }

  /** Sometimes not as it is any more. */
  private OutboxRow stale(OutboxRow row) {
    return new OutboxRow(
        row.position(),
        row.copy(),
        row.tombstone() ^ dice.chance(0.1),
        row.id(),
        row.bucket(),
        row.aggregateKey(),
        row.attempts() + (dice.chance(0.1) ? 1 : 0),
        row.failingForNanos(),
        row.bytes(),
        row.message());
  }

  private static List<Object> seen(LoadedRow loaded) {
    OutboxRow row = loaded.row();
    return List.of(
        row.position(),
        row.copy(),
        row.tombstone(),
        row.id(),
        row.bucket(),
        row.aggregateKey(),
        row.attempts(),
        row.failingForNanos() / (60 * Timeline.SECOND),
        row.bytes(),
        row.message().equals(LoadedRow.NO_MESSAGE),
        loaded.due(),
        loaded.parked());
  }

  private static int run(Statement<Integer> statement) {
    statement.begin();
    statement.lock();
    return statement.commit();
  }

  private static void call(String function, String name, Object argument) {
    outbox.sql.sql(function).param(name, argument).query(String.class).single();
  }
}
