package io.reliableoutbox.consumer.inbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.PropertyNamingStrategies;
import tools.jackson.databind.json.JsonMapper;

/**
 * The inbox rows of one consumer: which messages are known, and what became of each. To be called
 * within a transaction.
 */
final class InboxTable {
  private static final JsonMapper JSON =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .changeDefaultPropertyInclusion(
              inclusion -> inclusion.withValueInclusion(JsonInclude.Include.NON_NULL))
          .build();
  private final JdbcClient jdbc;
  private final String consumer;

  InboxTable(JdbcClient jdbc, String consumer) {
    this.jdbc = jdbc;
    this.consumer = consumer;
  }

  /**
   * Which of these messages have a row. Exact for events whose aggregate is locked: their rows are
   * written under that lock.
   */
  Set<UUID> known(Collection<UUID> messageIds) {
    return new HashSet<>(
        jdbc.sql(
                """
                select message_id from consuming.inbox
                where consumer = :consumer and message_id = any(:ids::uuid[])
                """)
            .param("consumer", consumer)
            .param("ids", strings(messageIds))
            .query(UUID.class)
            .list());
  }

  /**
   * Writes what became of the messages, in this order, which is also that of their numbers.
   *
   * @throws RowTaken if another process wrote one of them meanwhile
   */
  void record(List<InboxRow> rows) {
    if (rows.isEmpty()) {
      return;
    }
    int written =
        jdbc.sql(
                """
                insert into consuming.inbox as known (
                  consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type,
                  attempts, next_attempt_at, reason, last_error, outcome, origin, headers, body,
                  applied_at, applied_seq)
                select
                  :consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type,
                  attempts, clock_timestamp() + retry_in * interval '1 ms', reason, last_error, outcome,
                  origin, headers::jsonb, decode(body, 'base64'),
                  case when state = 'APPLIED' then clock_timestamp() end,
                  case when state = 'APPLIED' then nextval('consuming.applied_seq') end
                from json_to_recordset(:rows::json) as row(
                  message_id uuid, state text, aggregate_type text, aggregate_id text, aggregate_version bigint,
                  event_type text, attempts int, retry_in bigint, reason text, last_error text, outcome text,
                  origin text, headers text, body text)
                on conflict (consumer, message_id) do update set
                  state = excluded.state,
                  attempts = excluded.attempts,
                  takes = 0,
                  next_attempt_at = excluded.next_attempt_at,
                  reason = excluded.reason,
                  last_error = coalesce(excluded.last_error, known.last_error),
                  outcome = excluded.outcome,
                  origin = excluded.origin,
                  headers = excluded.headers,
                  body = excluded.body,
                  applied_at = excluded.applied_at,
                  applied_seq = excluded.applied_seq
                -- Only a due row may change; any other is news from another process, and not counted.
                where known.state = 'RETRYING'
                """)
            .param("consumer", consumer)
            .param("rows", JSON.writeValueAsString(rows))
            .update();
    if (written != rows.size()) {
      throw new RowTaken(rows.size() - written);
    }
  }

  static String[] strings(Collection<UUID> ids) {
    return ids.stream().map(UUID::toString).toArray(String[]::new);
  }
}
