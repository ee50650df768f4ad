package io.reliableoutbox.consumer;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.consumer.email.MailQueue;
import io.reliableoutbox.consumer.inbox.Upkeep;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.context.properties.source.MapConfigurationPropertySource;

class UpkeepJobsIT {
  private final ConsumerDatabase database = new ConsumerDatabase();

  @AfterEach
  void drop() {
    database.close();
  }

  @Test
  void what_is_settled_is_forgotten_after_the_retention_and_what_waits_never() {
    message("APPLIED", "31 days");
    message("APPLIED", "29 days");
    message("DROPPED", "31 days");
    message("PARKED", "31 days");
    mail("SENT", "31 days");
    mail("SENT", "29 days");
    mail("PENDING", "31 days");
    jobs("30d").forget();
    assertThat(left("consuming.inbox")).containsExactly("APPLIED 29", "PARKED 31");
    assertThat(left("consuming.email")).containsExactly("PENDING 31", "SENT 29");
  }

  private UpkeepJobs jobs(String retention) {
    var settings =
        new Binder(new MapConfigurationPropertySource(Map.of("consumer.retention", retention)))
            .bind("consumer", ConsumerSettings.class)
            .get();
    var consumer = database.as("consumer_app");
    return new UpkeepJobs(new Upkeep(consumer), new MailQueue(consumer), settings);
  }

  private void message(String state, String age) {
    database
        .owner()
        .sql(
            """
            insert into consuming.inbox (
              consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type, received_at,
              applied_at, applied_seq, outcome, reason, last_error, origin, headers, body)
            select 'email', gen_random_uuid(), :state, 'order', gen_random_uuid(), 1, 'order.created', at,
              case when :state = 'APPLIED' then at end, case when :state = 'APPLIED' then 1 end,
              case when :state = 'APPLIED' then 'SEEN' end, case when :state = 'PARKED' then 'STALE' end, 'e',
              case when :state <> 'APPLIED' then 'o' end, case when :state <> 'APPLIED' then '{}'::jsonb end,
              case when :state <> 'APPLIED' then ''::bytea end
            from (select now() - cast(:age as interval) as at) received
            """)
        .param("state", state)
        .param("age", age)
        .update();
  }

  private void mail(String state, String age) {
    database
        .owner()
        .sql(
            """
            insert into consuming.email (
              message_id, state, smtp_message_id, recipient, subject, body, recorded_at, sent_at, next_attempt_at)
            select gen_random_uuid(), :state, 'm', 'r', 's', 'b', at,
              case when :state = 'SENT' then at end, case when :state = 'PENDING' then at end
            from (select now() - cast(:age as interval) as at) recorded
            """)
        .param("state", state)
        .param("age", age)
        .update();
  }

  /** State and age in days. */
  private List<String> left(String table) {
    String since = table.endsWith("inbox") ? "received_at" : "recorded_at";
    return database
        .owner()
        .sql(
            "select state || ' ' || extract(day from now() - %s) from %s order by 1"
                .formatted(since, table))
        .query(String.class)
        .list();
  }
}
