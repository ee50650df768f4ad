package io.reliableoutbox.consumer.email;

import jakarta.mail.MessagingException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.dao.DataAccessException;
import org.springframework.mail.javamail.JavaMailSenderImpl;
import org.springframework.stereotype.Component;

/**
 * Sends recorded mails, each at least once: a crash between sending and marking sends them again
 * with the same Message-ID. While the SMTP server is away they wait in the table. While the
 * database is, what was sent is remembered here, and marked when it is back. One thread at a time.
 */
@Component
public class MailSending {
  private static final Logger log = LoggerFactory.getLogger(MailSending.class);
  private static final int BATCH = 10;
  // No mail is begun so late that the SMTP timeouts (5 s for each answer) could let it outlast its
  // claim: nobody else may claim a mail that is being sent.
  private static final Duration CLAIM = Duration.ofMinutes(1);
  // Claims end while the database is away. So long after it is back nothing is claimed by who
  // noticed:
  // whoever sent mails before marks them first.
  private static final Duration MARKS_FIRST = Duration.ofSeconds(10);
  private final Duration claim;
  private final MailQueue queue;
  private final JavaMailSenderImpl smtp;
  private final String from;
  private final Set<UUID> sent = new HashSet<>();
  private long claimFrom = System.nanoTime();
  // While the server is away, one line says it.
  private boolean sayAgain = true;

  @Autowired
  MailSending(
      MailQueue queue, JavaMailSenderImpl smtp, @Value("${consumer.email-from}") String from) {
    this(queue, smtp, from, CLAIM);
  }

  MailSending(MailQueue queue, JavaMailSenderImpl smtp, String from, Duration claim) {
    this.queue = queue;
    this.smtp = smtp;
    this.from = from;
    this.claim = claim;
  }

  /** Sends what is due, and returns whether it is worth going on at once. */
  public boolean sendDue() {
    try {
      markSent();
      return System.nanoTime() - claimFrom >= 0 && sendBatch();
    } catch (DataAccessException e) {
      claimFrom = System.nanoTime() + MARKS_FIRST.toNanos();
      throw e;
    }
  }

  private void markSent() {
    if (!sent.isEmpty()) {
      queue.markSent(sent);
      sent.clear();
    }
  }

  private boolean sendBatch() {
    long last = System.nanoTime() + claim.dividedBy(3).toNanos();
    List<Mail> mails = queue.claim(BATCH, claim);
    if (mails.isEmpty()) {
      return false;
    }
    List<Refusal> refused = send(mails, last);
    Set<UUID> notBegun = mails.stream().map(Mail::messageId).collect(Collectors.toSet());
    notBegun.removeAll(sent);
    refused.forEach(refusal -> notBegun.remove(refusal.messageId()));
    boolean someSent = !sent.isEmpty();
    markSent();
    refused.forEach(refusal -> queue.postpone(refusal.messageId(), refusal.reason()));
    if (!notBegun.isEmpty()) {
      queue.release(notBegun);
    }
    say(refused, someSent);
    return mails.size() == BATCH && someSent;
  }

  private List<Refusal> send(List<Mail> mails, long last) {
    List<Refusal> refused = new ArrayList<>();
    try (var connection = SmtpConnection.open(smtp)) {
      for (Mail mail : mails) {
        if (System.nanoTime() - last > 0 || !connection.isOpen()) {
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
    return refused;
  }

  private void say(List<Refusal> refused, boolean someSent) {
    if (sayAgain && !refused.isEmpty()) {
      log.warn(
          "{} mails could not be sent and will be later: {}",
          refused.size(),
          refused.get(0).reason());
    }
    sayAgain = refused.isEmpty() || someSent;
  }

  private record Refusal(UUID messageId, MessagingException failure) {
    String reason() {
      Throwable cause = failure.getCause();
      return String.valueOf(cause == null ? failure.getMessage() : cause.getMessage());
    }
  }
}
