package io.reliableoutbox.consumer.inbox;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;
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
    int written =
        recordApplied(rows.stream().filter(InboxRow::applied).toList())
            + recordUnsettled(rows.stream().filter(row -> !row.applied()).toList());
    if (written != rows.size()) {
      throw new RowTaken(rows.size() - written);
    }
  }

  /** Nearly all of them, so with as little as they need. */
  private int recordApplied(List<InboxRow> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    return jdbc.sql(
            """
            insert into consuming.inbox as known (
              consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type,
              attempts, outcome, applied_at, applied_seq)
            select :consumer, message_id, 'APPLIED', type, aggregate, version, event_type,
                   attempts, outcome, clock_timestamp(), nextval('consuming.applied_seq')
            from unnest(:messageIds::uuid[], :types::text[], :aggregates::text[], :versions::bigint[],
                        :eventTypes::text[], :attempts::int[], :outcomes::text[])
              as row(message_id, type, aggregate, version, event_type, attempts, outcome)
            on conflict (consumer, message_id) do update set
              state = excluded.state,
              attempts = excluded.attempts,
              takes = 0,
              next_attempt_at = null,
              outcome = excluded.outcome,
              origin = null,
              headers = null,
              body = null,
              applied_at = excluded.applied_at,
              applied_seq = excluded.applied_seq
            -- Only a due row may change; any other is news from another process, and not counted.
            where known.state = 'RETRYING'
            """)
        .param("consumer", consumer)
        .param("messageIds", column(rows, row -> row.messageId().toString()))
        .param("types", column(rows, InboxRow::aggregateType))
        .param("aggregates", column(rows, InboxRow::aggregateId))
        .param("versions", rows.stream().map(InboxRow::aggregateVersion).toArray(Long[]::new))
        .param("eventTypes", column(rows, InboxRow::eventType))
        .param("attempts", rows.stream().map(InboxRow::attempts).toArray(Integer[]::new))
        .param("outcomes", column(rows, InboxRow::outcome))
        .update();
  }

  private int recordUnsettled(List<InboxRow> rows) {
    if (rows.isEmpty()) {
      return 0;
    }
    return jdbc.sql(
            """
            insert into consuming.inbox as known (
              consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type,
              attempts, next_attempt_at, reason, last_error, origin, headers, body)
            select
              :consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type,
              attempts, clock_timestamp() + retry_in * interval '1 ms', reason, last_error,
              origin, headers::jsonb, decode(body, 'base64')
            from json_to_recordset(:rows::json) as row(
              message_id uuid, state text, aggregate_type text, aggregate_id text, aggregate_version bigint,
              event_type text, attempts int, retry_in bigint, reason text, last_error text,
              origin text, headers text, body text)
            on conflict (consumer, message_id) do update set
              state = excluded.state,
              attempts = excluded.attempts,
              takes = 0,
              next_attempt_at = excluded.next_attempt_at,
              reason = excluded.reason,
              last_error = coalesce(excluded.last_error, known.last_error),
              origin = excluded.origin,
              headers = excluded.headers,
              body = excluded.body
            -- As above.
            where known.state = 'RETRYING'
            """)
        .param("consumer", consumer)
        .param("rows", JSON.writeValueAsString(rows))
        .update();
  }

  private static String[] column(List<InboxRow> rows, Function<InboxRow, @Nullable String> field) {
    return rows.stream().map(field).toArray(String[]::new);
  }

  static String[] strings(Collection<UUID> ids) {
    return ids.stream().map(UUID::toString).toArray(String[]::new);
  }
}
