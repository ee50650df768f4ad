package io.reliableoutbox.consumer.email;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import java.time.Duration;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Value;
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

  MailSending(
      MailQueue queue, JavaMailSender sender, @Value("${consumer.email-from}") String from) {
    this.queue = queue;
    this.sender = sender;
    this.from = from;
  }

  /** Sends what is due, and returns whether there may be more. */
  public boolean sendDue() {
    List<Mail> mails = queue.claim(BATCH, CLAIM);
    if (mails.isEmpty()) {
      return false;
    }
    Map<MimeMessage, UUID> messages = new LinkedHashMap<>();
    mails.forEach(mail -> messages.put(message(mail), mail.messageId()));
    try {
      sender.send(messages.keySet().toArray(MimeMessage[]::new));
      queue.markSent(messages.values());
    } catch (MailSendException someOrAll) {
      settle(messages, someOrAll);
    } catch (MailException all) {
      postpone(messages.values(), all);
    }
    return mails.size() == BATCH;
  }

  /** Those that the failure doesn't name were sent; if it names none, the connection failed. */
  private void settle(Map<MimeMessage, UUID> messages, MailSendException failure) {
    Set<UUID> failed =
        failure.getFailedMessages().keySet().stream()
            .map(messages::get)
            .collect(Collectors.toSet());
    if (failed.isEmpty()) {
      failed = Set.copyOf(messages.values());
    }
    Set<UUID> unsent = failed;
    queue.markSent(messages.values().stream().filter(id -> !unsent.contains(id)).toList());
    postpone(unsent, failure);
  }

  private void postpone(Collection<UUID> ids, MailException failure) {
    log.warn("{} mails could not be sent and will be later: {}", ids.size(), failure.getMessage());
    queue.postpone(ids, String.valueOf(failure.getMessage()));
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
