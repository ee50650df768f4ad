package io.reliableoutbox.consumer.email;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The recorded mails: those that are not sent yet, and those that are, for a while. Each call is a
 * transaction of its own, so that none is open while SMTP is busy: a claimed mail is simply not due
 * for a while, and if its claimer dies, it is due again after that. Where ids are given the state
 * is not: named, it would make the index of all pending mails look good.
 */
@Component
public class MailQueue {
  private final JdbcClient jdbc;

  public MailQueue(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** Claims due mails, the oldest first, for so long. */
  List<Mail> claim(int limit, Duration time) {
    return jdbc.sql(
            """
            update consuming.email
            set next_attempt_at = clock_timestamp() + :millis * interval '1 ms', attempts = attempts + 1
            -- No join: it could run the search once for each row, and claim more than the limit.
            where ctid = any (array(
              select ctid from consuming.email
              where state = 'PENDING' and next_attempt_at <= statement_timestamp()
              order by next_attempt_at
              limit :limit
              -- Two senders take different mails, without waiting.
              for update skip locked))
            returning message_id, smtp_message_id, recipient, subject, body
            """)
        .param("millis", time.toMillis())
        .param("limit", limit)
        .query(Mail.class)
        .list();
  }

  /** A crash before this sends the mail again, with the same Message-ID. */
  void markSent(Collection<UUID> ids) {
    jdbc.sql(
            """
            update consuming.email set state = 'SENT', sent_at = clock_timestamp(), next_attempt_at = null
            where message_id = any(:ids::uuid[]) and sent_at is null
            """)
        .param("ids", ids.stream().map(UUID::toString).toArray(String[]::new))
        .update();
  }

  /** Due again after a delay that doubles from 1 s to 10 min. */
  void postpone(UUID id, String error) {
    jdbc.sql(
            """
            update consuming.email
            set last_error = :error,
                next_attempt_at = clock_timestamp() + least(power(2, least(attempts, 20) - 1), 600) * interval '1 s'
            where message_id = :id and sent_at is null
            """)
        .param("error", error)
        .param("id", id)
        .update();
  }

  /** Due at once: claimed, but not begun. */
  void release(Collection<UUID> ids) {
    jdbc.sql(
            """
            update consuming.email
            set next_attempt_at = clock_timestamp(), attempts = attempts - 1
            where message_id = any(:ids::uuid[]) and sent_at is null
            """)
        .param("ids", ids.stream().map(UUID::toString).toArray(String[]::new))
        .update();
  }

  /**
   * Forgets up to {@code limit} mails that were sent longer ago than that. No mail is sent again
   * for it: that its event was applied is what the inbox remembers.
   *
   * @return how many
   */
  public int forgetSentOlderThan(Duration age, int limit) {
    return jdbc.sql(
            """
            delete from consuming.email
            where ctid = any (array(
              select ctid from consuming.email
              -- By email_sent.
              where state = 'SENT' and sent_at < statement_timestamp() - :millis * interval '1 ms'
              order by sent_at
              limit :limit))
            """)
        .param("millis", age.toMillis())
        .param("limit", limit)
        .update();
  }
}
