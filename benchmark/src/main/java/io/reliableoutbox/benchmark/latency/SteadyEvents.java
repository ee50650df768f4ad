package io.reliableoutbox.benchmark.latency;

import io.reliableoutbox.benchmark.load.OpenLoop;
import io.reliableoutbox.benchmark.stand.Pause;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** A steady trickle of events through the outbox, in which something happens. */
public record SteadyEvents(Stand stand, int payloadBytes) {
  private static final Duration TIME = Duration.ofSeconds(25);
  private static final Duration BEFORE = Duration.ofSeconds(5);
  private static final Duration STRAGGLERS = Duration.ofSeconds(60);

  /** The longest time from a commit to its delivery; {@code happening} comes after five seconds. */
  public double longestWaitSeconds(int perSecond, Runnable happening) {
    Writer.prepare(stand.sql());
    try (var deliveries = new Deliveries(stand.connection());
        var hint = OutboxWriter.hint(stand.sql());
        var writer = new OutboxWriter(stand.sql(), deliveries, Event.thing(payloadBytes), hint)) {
      // The first statements and deliveries are slow for other reasons.
      new OpenLoop(perSecond, BEFORE).run(writer::write);
      var unused = deliveries.take(STRAGGLERS);
      var happened =
          CompletableFuture.runAsync(
              () -> {
                Pause.millis(BEFORE.toMillis());
                happening.run();
              });
      new OpenLoop(perSecond, TIME).run(writer::write);
      happened.join();
      return deliveries.take(STRAGGLERS).getMaxValue() / 1e9;
    } catch (Exception e) {
      throw new InfrastructureException("The wait can't be measured: " + e.getMessage(), e);
    }
  }
}
