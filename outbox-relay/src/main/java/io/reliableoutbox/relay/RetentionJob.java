package io.reliableoutbox.relay;

import io.reliableoutbox.relay.outbox.Retention;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Removes what was settled long enough ago, in one relay at a time. Two at once would do no harm:
 * ShedLock only saves the work.
 */
@Component
class RetentionJob {
  private static final Logger log = LoggerFactory.getLogger(RetentionJob.class);
  private static final int BATCH = 1000;
  private final Retention retention;
  private final RelaySettings settings;

  RetentionJob(Retention retention, RelaySettings settings) {
    this.retention = retention;
    this.settings = settings;
  }

  @Scheduled(initialDelayString = "PT30S", fixedDelayString = "PT1M")
  @SchedulerLock(name = "outbox-retention")
  public void removeOldRows() {
    try {
      long removed = 0;
      Retention.Removed batch = new Retention.Removed(0, 0, true);
      do {
        batch = retention.removeOlderThan(settings.retention(), batch.position(), BATCH);
        removed += batch.rows();
      } while (batch.anyOld());
      if (removed > 0) {
        log.info("{} rows settled more than {} ago removed", removed, settings.retention());
      }
    } catch (DataAccessException e) {
      log.warn(
          "retention failed and is tried again: {}",
          NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }
  }
}
