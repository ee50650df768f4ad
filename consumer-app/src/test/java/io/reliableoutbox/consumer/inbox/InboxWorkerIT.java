package io.reliableoutbox.consumer.inbox;

import static io.reliableoutbox.consumer.inbox.Probe.CONSUMER;
import static io.reliableoutbox.consumer.inbox.Probe.event;
import static org.assertj.core.api.Assertions.assertThat;

import com.zaxxer.hikari.HikariDataSource;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reliableoutbox.consumer.ConsumerDatabase;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class InboxWorkerIT {
  // Of the transaction: eight statements and the commit.
  private static final int STEPS = 9;
  private static ConsumerDatabase database;
  private static HikariDataSource pool;

  @BeforeAll
  static void prepare() {
    database = new ConsumerDatabase();
    Probe.makeTable(database);
    pool = database.consumerPool();
  }

  @AfterAll
  static void remove() {
    pool.close();
    database.close();
  }

  static Stream<Arguments> steps() {
    return Stream.concat(
        IntStream.rangeClosed(1, STEPS).mapToObj(step -> Arguments.of(step, false)),
        Stream.of(Arguments.of(1, true)));
  }

  @ParameterizedTest(name = "step {0}, after the commit: {1}")
  @MethodSource("steps")
  void every_ack_stands_on_a_commit_wherever_the_database_goes_away(int step, boolean afterCommit) {
    var cutting = new CuttingDataSource(pool, step, afterCommit);
    var probe = new Probe(cutting);
    String aggregate = "cut-" + step + afterCommit;
    // So that its progress is there to be locked, and something may be held behind it.
    new Probe(pool).receive(event(aggregate, 1));
    var applied = event(aggregate, 2);
    var held = event(aggregate, 4);
    var parked = event(aggregate + "-parked", 1, "unreadable");
    var deliveries = new Once(List.of(applied, held, parked));

    new InboxWorker(
            probe.inbox, deliveries, 200, new SimpleMeterRegistry(), Traces.NONE, deliveries::acked)
        .run();

    assertThat(cutting.hasCut()).isTrue();
    assertThat(deliveries.statesAtAck).containsExactly("APPLIED", "HELD", "PARKED");
    assertThat(Probe.effects(database, applied.messageId())).isEqualTo(1);
    // The outage was nobody's failure.
    assertThat(attempts(aggregate)).isZero();
  }

  @Test
  void what_is_delivered_does_not_wait_until_nothing_is_due() {
    var probe = new Probe(pool);
    List<Event> due = new ArrayList<>();
    for (int i = 0; i < 100; i++) {
      due.add(event("due-" + i, 1, "unreadable"));
    }
    probe.receive(due.toArray(Event[]::new));
    database
        .owner()
        .sql(
            """
            update consuming.inbox
            set state = 'RETRYING', reason = null, body = '{}', next_attempt_at = now()
            where aggregate_id like 'due-%'
            """)
        .update();
    var delivered = event("delivered", 1);
    var deliveries = new DuringRetries(delivered);

    new InboxWorker(
            probe.inbox, deliveries, 5, new SimpleMeterRegistry(), Traces.NONE, deliveries::acked)
        .run();

    assertThat(deliveries.dueAtAck).isEqualTo(95);
    assertThat(database.state(CONSUMER, delivered.messageId())).isEqualTo("APPLIED");
  }

  private static long attempts(String aggregate) {
    return database
        .owner()
        .sql("select sum(attempts) from consuming.inbox_state where aggregate_id = ?")
        .param(aggregate)
        .query(Long.class)
        .single();
  }

  private static long due() {
    return database.states(CONSUMER).getOrDefault("RETRYING", 0L);
  }

  /** Delivers once, as soon as some of what is due has been settled. */
  private static final class DuringRetries implements Deliveries {
    private final Received message;
    private final long before = due();
    private long dueAtAck = -1;

    DuringRetries(Received message) {
      this.message = message;
    }

    boolean acked() {
      return dueAtAck >= 0;
    }

    @Override
    public Batch next(int limit, Duration wait) {
      List<Received> messages = due() < before && !acked() ? List.of(message) : List.of();
      return new Batch() {
        @Override
        public List<Received> messages() {
          return messages;
        }

        @Override
        public void acknowledge() {
          dueAtAck = due();
        }
      };
    }
  }

  /** Delivers once, and looks at the moment of the ack at what is committed. */
  private static final class Once implements Deliveries {
    final List<String> statesAtAck = new ArrayList<>();
    private List<Received> messages;

    Once(List<Received> messages) {
      this.messages = messages;
    }

    boolean acked() {
      return !statesAtAck.isEmpty();
    }

    @Override
    public Batch next(int limit, Duration wait) {
      var taken = messages;
      messages = List.of();
      return new Batch() {
        @Override
        public List<Received> messages() {
          return taken;
        }

        @Override
        public void acknowledge() {
          taken.forEach(message -> statesAtAck.add(database.state(CONSUMER, message.messageId())));
        }
      };
    }
  }
}
