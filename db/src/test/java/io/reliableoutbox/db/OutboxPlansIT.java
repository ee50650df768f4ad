package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A view whose plan walks the tables costs more with each event that was ever published. */
class OutboxPlansIT {
  private static OperatedOutbox outbox;

  @BeforeAll
  static void fill() {
    outbox = new OperatedOutbox();
    outbox.database.execute(
        """
        insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)
        select 'thing', n::text, 'thing.changed', '{}' from generate_series(1, 50000) n;
        update ordering.outbox_delivery
        set state = 'PUBLISHED', settled_at = clock_timestamp() - (50000 - position) * interval '1 minute';
        insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)
        select 'thing', 'parked', 'thing.changed', '{}' from generate_series(1, 100);
        update ordering.outbox_delivery
        set state = 'PARKED', first_failed_at = clock_timestamp(), last_error = 'nack'
        where position = (select min(position) from ordering.outbox_delivery where state = 'PENDING');
        update ordering.outbox_delivery set state = 'BLOCKED' where state = 'PENDING';
        """);
    outbox.database.execute("vacuum analyze ordering.outbox");
    outbox.database.execute("vacuum analyze ordering.outbox_delivery");
    outbox.database.execute("analyze ordering.outbox_bucket");
  }

  @AfterAll
  static void drop() {
    outbox.close();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "select * from ordering.outbox_lag",
        "select * from ordering.outbox_stuck",
        "select * from ordering.outbox_state where state = 'PARKED'",
        "select * from ordering.outbox_state where state = 'PENDING'",
        "select * from ordering.outbox_state where id = '7f1f1d2c-0000-4000-8000-000000000000'",
        "select * from ordering.outbox_state where aggregate_type = 'thing' and aggregate_id = '7'",
        "select * from ordering.outbox_state order by position desc limit 20",
      })
  void nobody_who_looks_walks_over_what_is_settled(String query) {
    assertThat(outbox.owner.sql("explain " + query).query(String.class).list())
        .noneMatch(line -> line.matches(".*Seq Scan on outbox(_delivery)?( .*|$)"))
        .anyMatch(line -> line.contains("Index Scan"));
  }
}
