package io.reliableoutbox.consumer.email;

import jakarta.mail.MessagingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.stereotype.Component;

/**
 * Sends recorded mails, each at least once: a crash between sending and marking sends them again
 * with the same Message-ID. While the SMTP server is away they wait in the table.
 */
@Component
public class MailSending {
  private static final Logger log = LoggerFactory.getLogger(MailSending.class);
  private static final int BATCH = 10;
  // No mail is begun so late that the SMTP timeouts (5 s for each answer) could let it outlast its
  // claim: nobody else may claim a mail that is being sent.
  private static final Duration CLAIM = Duration.ofMinutes(1);
  private static final long BEGIN_WITHIN = CLAIM.dividedBy(3).toNanos();
  private final MailQueue queue;
  private final JavaMailSenderImpl smtp;
  private final String from;
  // While the server is away, one line says it.
  private boolean sayAgain = true;

  MailSending(
      MailQueue queue, JavaMailSenderImpl smtp, @Value("${consumer.email-from}") String from) {
    this.queue = queue;
    this.smtp = smtp;
    this.from = from;
  }

  /** Sends what is due, and returns whether it is worth going on at once. */
  public boolean sendDue() {
    long last = System.nanoTime() + BEGIN_WITHIN;
    List<Mail> mails = queue.claim(BATCH, CLAIM);
    if (mails.isEmpty()) {
      return false;
    }
    List<UUID> sent = new ArrayList<>();
    List<Refusal> refused = new ArrayList<>();
    try (var connection = SmtpConnection.open(smtp)) {
      for (Mail mail : mails) {
        if (System.nanoTime() > last || !connection.isOpen()) {
          break;
        }
        try {
          connection.send(mail, from);
          sent.add(mail.messageId());
        } catch (MessagingException e) {
          refused.add(new Refusal(mail.messageId(), e));
        }
      }
    } catch (MessagingException e) {
      mails.forEach(mail -> refused.add(new Refusal(mail.messageId(), e)));
    }
    write(mails, sent, refused);
    return mails.size() == BATCH && !sent.isEmpty();
  }

  private void write(List<Mail> claimed, List<UUID> sent, List<Refusal> refused) {
    if (!sent.isEmpty()) {
      queue.markSent(sent);
    }
    refused.forEach(refusal -> queue.postpone(refusal.messageId(), refusal.reason()));
    Set<UUID> notBegun = claimed.stream().map(Mail::messageId).collect(Collectors.toSet());
    sent.forEach(notBegun::remove);
    refused.forEach(refusal -> notBegun.remove(refusal.messageId()));
    if (!notBegun.isEmpty()) {
      queue.release(notBegun);
    }
    if (sayAgain && !refused.isEmpty()) {
      log.warn(
          "{} mails could not be sent and will be later: {}",
          refused.size(),
          refused.get(0).reason());
    }
    sayAgain = refused.isEmpty() || !sent.isEmpty();
  }

  private record Refusal(UUID messageId, MessagingException failure) {
    String reason() {
      Throwable cause = failure.getCause();
      return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }
  }
}
