package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Where many aggregates are parked, what stands behind one is not looked for among the others. */
class ManyParkedPlanIT {
  @Test
  void the_states_of_the_others_are_found_by_their_aggregate() {
    try (var outbox = new OperatedOutbox()) {
      outbox.database.execute(
          """
          insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)
          select 'thing', (n % 10000)::text, 'thing.changed', '{}' from generate_series(1, 20000) n;
          update ordering.outbox_delivery
          set state = 'PARKED', first_failed_at = clock_timestamp(), last_error = 'nack'
          where position in (select min(position) from ordering.outbox_delivery group by aggregate_key);
          """);
      outbox.database.execute("vacuum analyze ordering.outbox");
      outbox.database.execute("vacuum analyze ordering.outbox_delivery");
      assertThat(
              outbox
                  .owner
                  .sql("explain select * from ordering.outbox_state where state = 'BLOCKED'")
                  .query(String.class)
                  .list())
          .anyMatch(line -> line.contains("using outbox_delivery_unsettled"));
    }
  }
}
