package io.reliableoutbox.consumer.email;

import io.reliableoutbox.consumer.inbox.Effect;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Outcome;
import io.reliableoutbox.consumer.order.OrderEvents;
import java.util.List;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Records one mail an event. A mail can't be rolled back, so it isn't sent here but by {@link
 * MailSending}, once this transaction is committed.
 */
@Component
class EmailEffect implements Effect<Mail> {
  private static final Outcome RECORDED = new Outcome("MAIL_RECORDED");
  private final JdbcClient jdbc;

  EmailEffect(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String consumer() {
    return "email";
  }

  @Override
  public Mail read(Event event) {
    return Mail.about(OrderEvents.read(event));
  }

  @Override
  @Transactional(propagation = Propagation.MANDATORY)
  public List<Outcome> apply(List<Mail> mails) {
    jdbc.sql(
            """
            insert into consuming.email (message_id, smtp_message_id, recipient, subject, body)
            select * from unnest(:ids::uuid[], :smtpIds::text[], :recipients::text[], :subjects::text[], :bodies::text[])
            """)
        .param("ids", column(mails, mail -> mail.messageId().toString()))
        .param("smtpIds", column(mails, Mail::smtpMessageId))
        .param("recipients", column(mails, Mail::recipient))
        .param("subjects", column(mails, Mail::subject))
        .param("bodies", column(mails, Mail::body))
        .update();
    return mails.stream().map(mail -> RECORDED).toList();
  }

  private static String[] column(List<Mail> mails, Function<Mail, String> field) {
    return mails.stream().map(field).toArray(String[]::new);
  }
}
