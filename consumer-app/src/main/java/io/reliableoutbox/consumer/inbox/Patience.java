package io.reliableoutbox.consumer.inbox;

import java.time.Duration;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.core.NestedExceptionUtils;
import org.springframework.core.retry.RetryListener;
import org.springframework.core.retry.RetryPolicy;
import org.springframework.core.retry.RetryState;
import org.springframework.core.retry.RetryTemplate;
import org.springframework.core.retry.Retryable;

/**
 * Repeats a transaction for as long as its failure is nobody's. So an outage of the database ends
 * no batch and counts for no message: the thread waits here, and takes no more deliveries.
 */
final class Patience {
  private static final Logger log = LoggerFactory.getLogger(Patience.class);
  private final BooleanSupplier stopping;

  Patience(BooleanSupplier stopping) {
    this.stopping = stopping;
  }

  /**
   * Runs it until it ends, well or by a failure that is no reason to repeat it.
   *
   * @throws Stopped if the process is to stop before that
   */
  <R> R untilItEnds(Supplier<R> transaction, Predicate<Throwable> repeatable) {
    return repeat(transaction, repeatable);
  }

  /**
   * Runs it until it ends well.
   *
   * @throws Stopped if the process is to stop before that
   */
  <R> R untilItSucceeds(Supplier<R> transaction) {
    return repeat(transaction, failure -> true);
  }

  private <R> R repeat(Supplier<R> transaction, Predicate<Throwable> repeatable) {
    RetryTemplate template =
        new RetryTemplate(
            RetryPolicy.builder()
                .maxRetries(Long.MAX_VALUE)
                .delay(Duration.ofMillis(50))
                // Two processes in each other's way shall not meet again.
                .jitter(Duration.ofMillis(25))
                .multiplier(2)
                .maxDelay(Duration.ofSeconds(5))
                .predicate(failure -> repeatable.test(failure) && !stopping.getAsBoolean())
                .build());
    template.setRetryListener(new FirstFailureLogged());
    try {
      return template.invoke(transaction);
    } catch (RuntimeException failure) {
      if (repeatable.test(failure) || Thread.currentThread().isInterrupted()) {
        throw new Stopped(failure);
      }
      throw failure;
    }
  }

  /** The process stops; what was to be done is done by another, or after the restart. */
  static final class Stopped extends RuntimeException {
    Stopped(Throwable cause) {
      super("stopped before the transaction went through", cause);
    }
  }

  private static final class FirstFailureLogged implements RetryListener {
    @Override
    public void onRetryableExecution(
        RetryPolicy policy, Retryable<?> transaction, RetryState state) {
      boolean failed = !state.isSuccessful() && state.getRetryCount() == 0;
      if (failed && policy.shouldRetry(state.getLastException())) {
        Throwable failure = state.getLastException();
        log.warn(
            "the transaction will be repeated until it goes through: {}",
            NestedExceptionUtils.getMostSpecificCause(failure).getMessage());
      }
    }
  }
}
