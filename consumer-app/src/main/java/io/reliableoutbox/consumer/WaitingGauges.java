package io.reliableoutbox.consumer;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** What waits: in the queues, as the broker last said, and in the inbox, looked at now and then. */
@Component
class WaitingGauges {
  private static final Logger log = LoggerFactory.getLogger(WaitingGauges.class);
  private final JdbcClient jdbc;
  private final String[] consumers;
  private final MultiGauge waiting;
  private final MultiGauge ages;

  WaitingGauges(JdbcClient jdbc, ConsumerSettings settings, MeterRegistry meters) {
    this.jdbc = jdbc;
    this.consumers = settings.enabled().toArray(String[]::new);
    this.waiting =
        MultiGauge.builder("inbox.waiting")
            .description("Messages that are not settled, by state; of all processes")
            .register(meters);
    this.ages =
        MultiGauge.builder("inbox.oldest.waiting.age")
            .description("How long the oldest of them has waited since it was received")
            .baseUnit("seconds")
            .register(meters);
  }

  static void ready(MeterRegistry meters, String consumer, LongSupplier ready) {
    Gauge.builder("inbox.queue.ready", ready, LongSupplier::getAsLong)
        .description("Messages in the consumer's queue that nobody has been given yet")
        .tag("consumer", consumer)
        // Nobody else holds it: collected, it would leave a gauge that says NaN.
        .strongReference(true)
        .register(meters);
  }

  private record Waiting(String consumer, String state, long number, double age) {
    Tags tags() {
      return Tags.of("consumer", consumer, "state", state);
    }
  }

  @Scheduled(initialDelayString = "PT1S", fixedDelayString = "PT10S")
  void look() {
    try {
      List<Waiting> rows =
          jdbc.sql(
                  """
                  select c.consumer, s.state, count(i.message_id) as number,
                         coalesce(extract(epoch from clock_timestamp() - min(i.received_at)), 0) as age
                  from unnest(:consumers::text[]) as c(consumer)
                  cross join (values ('HELD'), ('RETRYING'), ('PARKED')) as s(state)
                  left join consuming.inbox i on i.consumer = c.consumer and i.state = s.state
                    -- What the index of unsettled rows holds.
                    and i.state in ('HELD', 'RETRYING', 'PARKED')
                  group by c.consumer, s.state
                  """)
              .param("consumers", consumers)
              .query(WaitingGauges::waiting)
              .list();
      waiting.register(
          rows.stream().map(r -> MultiGauge.Row.of(r.tags(), r.number())).toList(), true);
      ages.register(rows.stream().map(r -> MultiGauge.Row.of(r.tags(), r.age())).toList(), true);
    } catch (DataAccessException e) {
      log.debug("the look at what waits is repeated: {}", e.getMessage());
    }
  }

  private static Waiting waiting(ResultSet row, int number) throws SQLException {
    return new Waiting(
        row.getString("consumer"),
        row.getString("state"),
        row.getLong("number"),
        row.getDouble("age"));
  }
}
