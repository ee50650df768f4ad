package io.reliableoutbox.consumer;

import io.reliableoutbox.consumer.email.MailQueue;
import io.reliableoutbox.consumer.inbox.Upkeep;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/** Forgets and parks what is old, in one process at a time; ShedLock only saves the work. */
@Component
class UpkeepJobs {
  private static final Logger log = LoggerFactory.getLogger(UpkeepJobs.class);
  private static final int BATCH = 1000;
  private final Upkeep upkeep;
  private final MailQueue mails;
  private final ConsumerSettings settings;

  UpkeepJobs(Upkeep upkeep, MailQueue mails, ConsumerSettings settings) {
    this.upkeep = upkeep;
    this.mails = mails;
    this.settings = settings;
  }

  @Scheduled(initialDelayString = "PT30S", fixedDelayString = "PT1M")
  @SchedulerLock(name = "inbox-retention")
  public void forget() {
    try {
      while (upkeep.forgetAppliedOlderThan(settings.retention(), BATCH) == BATCH
          || upkeep.forgetDroppedOlderThan(settings.retention(), BATCH) == BATCH
          || mails.forgetSentOlderThan(settings.retention(), BATCH) == BATCH) {
        // A transaction each.
      }
    } catch (DataAccessException e) {
      log.warn("retention failed and is tried again: {}", e.getMessage());
    }
  }

  @Scheduled(initialDelayString = "PT10S", fixedDelayString = "PT10S")
  @SchedulerLock(name = "inbox-gaps")
  public void parkGaps() {
    settings.startAtPresent().forEach(this::adoptStarts);
    try {
      int parked = upkeep.parkGapsOlderThan(settings.gapLimit());
      if (parked > 0) {
        log.warn("{} events are parked: their predecessors did not come", parked);
      }
    } catch (DataAccessException e) {
      log.warn("the look for gaps failed and is tried again: {}", e.getMessage());
    }
  }

  private void adoptStarts(String consumer) {
    try {
      while (upkeep.adoptStartsOlderThan(consumer, settings.gapLimit(), BATCH) == BATCH) {
        // A transaction each: a statement has its time.
      }
    } catch (DataAccessException e) {
      log.warn("the starts of {} are adopted later: {}", consumer, e.getMessage());
    }
  }
}
