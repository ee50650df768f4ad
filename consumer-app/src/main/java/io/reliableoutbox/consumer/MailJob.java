package io.reliableoutbox.consumer;

import io.reliableoutbox.consumer.email.MailSending;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Sends the recorded mails, where the email consumer runs. */
@Component
class MailJob {
  private static final Logger log = LoggerFactory.getLogger(MailJob.class);
  private final MailSending sending;
  private final boolean enabled;

  MailJob(MailSending sending, ConsumerSettings settings) {
    this.sending = sending;
    this.enabled = settings.enabled().contains("email");
  }

  @Scheduled(fixedDelayString = "PT0.3S")
  public void send() {
    if (!enabled) {
      return;
    }
    try {
      boolean more = true;
      while (more && !Thread.currentThread().isInterrupted()) {
        more = sending.sendDue();
      }
    } catch (DataAccessException e) {
      log.warn("mails wait for the database: {}", e.getMessage());
    }
  }
}
