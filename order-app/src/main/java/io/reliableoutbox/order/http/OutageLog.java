package io.reliableoutbox.order.http;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;

/** One line every few seconds while the database is away, however many requests fail. */
final class OutageLog {
  private static final Logger log = LoggerFactory.getLogger(OutageLog.class);
  private static final long PAUSE = Duration.ofSeconds(5).toNanos();

  private final AtomicLong next = new AtomicLong(System.nanoTime());

  void note(Exception failure) {
    long now = System.nanoTime();
    long due = next.get();
    if (now - due >= 0 && next.compareAndSet(due, now + PAUSE)) {
      log.warn(
          "requests answered with 503: {}",
          NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
    }
  }
}
