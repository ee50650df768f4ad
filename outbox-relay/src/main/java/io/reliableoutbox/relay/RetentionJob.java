package io.reliableoutbox.relay;

import io.reliableoutbox.relay.outbox.Retention;
import net.javacrumbs.shedlock.spring.annotation.SchedulerLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.beans.factory.annotation.Autowired;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.dao.DataAccessException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.scheduling.annotation.Scheduled;
import org.springframework.stereotype.Component;

/**
 * Removes what was settled long enough ago, in one relay at a time. Two at once would do no harm:
 * ShedLock only saves the work.
 *
 * <p>A run goes from the oldest events to those that aren't old enough. On its way may stand any
 * number that are, and were settled lately: an operator released them, or the broker was away.
 * After {@link #FRUITLESS} batches of them in a row it ends, and the next run goes on there.
 */
@Component
class RetentionJob {
  private static final Logger log = LoggerFactory.getLogger(RetentionJob.class);
  private static final int BATCH = 1000;
  static final int FRUITLESS = 200;
  private final Retention retention;
  private final RelaySettings settings;
  private final int mostRows;
  private int rows;
  private long position;

  @Autowired
  RetentionJob(Retention retention, RelaySettings settings) {
    this(retention, settings, BATCH);
  }

  RetentionJob(Retention retention, RelaySettings settings, int mostRows) {
    this.retention = retention;
    this.settings = settings;
    this.mostRows = mostRows;
    this.rows = mostRows;
  }

  @Scheduled(initialDelayString = "PT30S", fixedDelayString = "PT1M")
  @SchedulerLock(name = "outbox-retention")
  public void removeOldRows() {
    try {
      long removed = run();
      if (removed > 0) {
        log.info("{} rows settled more than {} ago removed", removed, settings.retention());
      }
    } catch (DataAccessException e) {
      log.warn(
          "retention failed and is tried again: {}",
          NestedExceptionUtils.getMostSpecificCause(e).getMessage());
    }
  }

  private long run() {
    long removed = 0;
    for (int fruitless = 0; fruitless < FRUITLESS; ) {
      Retention.Removed batch = removeBatch();
      removed += batch.rows();
      fruitless = batch.anyOld() ? 0 : fruitless + 1;
      position = batch.position();
      if (!batch.anyOld() && !batch.oldEvents()) {
        position = 0;
        break;
      }
    }
    return removed;
  }

  // Large events, a slow disk: what takes longer than a statement may is done in smaller pieces.
  private Retention.Removed removeBatch() {
    while (true) {
      try {
        Retention.Removed batch = retention.removeOlderThan(settings.retention(), position, rows);
        rows = Math.min(mostRows, rows + rows / 8 + 1);
        return batch;
      } catch (QueryTimeoutException e) {
        if (rows == 1) {
          throw e;
        }
        rows /= 2;
      }
    }
  }
}
