package io.reliableoutbox.consumer.email;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.mail.MailException;
import org.springframework.mail.MailSendException;
import org.springframework.mail.javamail.JavaMailSender;
import org.springframework.stereotype.Component;

/**
 * Sends recorded mails, each at least once: a crash between sending and marking sends them again
 * with the same Message-ID. While the SMTP server is away they wait in the table.
 */
@Component
public class MailSending {
  private static final Logger log = LoggerFactory.getLogger(MailSending.class);
  // One connection sends so many. The claim outlasts what the SMTP timeouts (5 s each) allow these
  // to take, so nobody else claims a mail that is being sent.
  private static final int BATCH = 10;
  private static final Duration CLAIM = Duration.ofMinutes(5);
  private final MailQueue queue;
  private final JavaMailSender sender;
  private final String from;
  // While the server is away, one line says it.
  private boolean sayAgain = true;

  MailSending(
      MailQueue queue, JavaMailSender sender, @Value("${consumer.email-from}") String from) {
    this.queue = queue;
    this.sender = sender;
    this.from = from;
  }

  /** Sends what is due, and returns whether it is worth going on at once. */
  public boolean sendDue() {
    List<Mail> mails = queue.claim(BATCH, CLAIM);
    if (mails.isEmpty()) {
      return false;
    }
    Map<MimeMessage, UUID> messages = new LinkedHashMap<>();
    mails.forEach(mail -> messages.put(message(mail), mail.messageId()));
    Set<UUID> unsent = send(messages);
    queue.markSent(messages.values().stream().filter(id -> !unsent.contains(id)).toList());
    return mails.size() == BATCH && unsent.size() < BATCH;
  }

  /** Returns those that were not sent; they are due again later. */
  private Set<UUID> send(Map<MimeMessage, UUID> messages) {
    try {
      sender.send(messages.keySet().toArray(MimeMessage[]::new));
      sayAgain = true;
      return Set.of();
    } catch (MailException failure) {
      Set<UUID> unsent = unsent(messages, failure);
      String reason =
          String.valueOf(NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
      if (sayAgain) {
        log.warn("{} mails could not be sent and will be later: {}", unsent.size(), reason);
      }
      sayAgain = unsent.size() < messages.size();
      queue.postpone(unsent, reason);
      return unsent;
    }
  }

  /** Those that the failure names; if it names none, the connection failed. */
  private static Set<UUID> unsent(Map<MimeMessage, UUID> messages, MailException failure) {
    if (failure instanceof MailSendException some && !some.getFailedMessages().isEmpty()) {
      return some.getFailedMessages().keySet().stream()
          .map(messages::get)
          .collect(Collectors.toSet());
    }
    return Set.copyOf(messages.values());
  }

  private MimeMessage message(Mail mail) {
    MimeMessage message = sender.createMimeMessage();
    try {
      message.setFrom(from);
      message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.recipient()));
      message.setSubject(mail.subject(), "UTF-8");
      message.setText(mail.body(), "UTF-8");
      // Spring's sender keeps a Message-ID that is set; without it each attempt had its own.
      message.setHeader("Message-ID", mail.smtpMessageId());
    } catch (MessagingException e) {
      throw new IllegalStateException("mail " + mail.messageId() + " can't be written", e);
    }
    return message;
  }
}
