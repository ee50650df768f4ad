package io.reliableoutbox.consumer.email;

import jakarta.mail.Message;
import jakarta.mail.MessagingException;
import jakarta.mail.Transport;
import jakarta.mail.internet.InternetAddress;
import jakarta.mail.internet.MimeMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.mail.javamail.JavaMailSenderImpl;

/**
 * A connection over which mails are sent one by one, so that the sender can stop between two of
 * them; Spring's sender takes a list and returns when it is through. Not thread-safe.
 */
final class SmtpConnection implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(SmtpConnection.class);
  private final JavaMailSenderImpl settings;
  private final Transport transport;

  private SmtpConnection(JavaMailSenderImpl settings, Transport transport) {
    this.settings = settings;
    this.transport = transport;
  }

  static SmtpConnection open(JavaMailSenderImpl settings) throws MessagingException {
    String protocol = settings.getProtocol();
    Transport transport =
        settings
            .getSession()
            .getTransport(protocol == null ? JavaMailSenderImpl.DEFAULT_PROTOCOL : protocol);
    transport.connect(
        settings.getHost(), settings.getPort(), settings.getUsername(), settings.getPassword());
    return new SmtpConnection(settings, transport);
  }

  /** False once the server or a time-out has ended it. */
  boolean isOpen() {
    return transport.isConnected();
  }

  /** Returns once the server has taken the mail. */
  void send(Mail mail, String from) throws MessagingException {
    MimeMessage message = settings.createMimeMessage();
    message.setFrom(from);
    message.setRecipient(Message.RecipientType.TO, new InternetAddress(mail.recipient()));
    message.setSubject(mail.subject(), "UTF-8");
    message.setText(mail.body(), "UTF-8");
    message.saveChanges();
    // After saveChanges, which draws a new one each time.
    message.setHeader("Message-ID", mail.smtpMessageId());
    transport.sendMessage(message, message.getAllRecipients());
  }

  @Override
  public void close() {
    try {
      transport.close();
    } catch (MessagingException e) {
      // What was taken is taken.
      log.debug("the SMTP connection did not end well", e);
    }
  }
}
