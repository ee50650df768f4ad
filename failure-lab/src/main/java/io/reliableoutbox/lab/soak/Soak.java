package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.Checker;
import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.Drain;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.OrderClient;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** Load and faults for a while on a running system, then everything is mended, drained, judged. */
final class Soak {
  private static final Duration ANSWERS = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofMinutes(5);
  private static final int PROGRESS_SECONDS = 10;
  private final LabSystem system;
  private final Console console;
  private final Breaker breaker;
  private final ConsumerCounters duplicates;
  private final long begin = System.nanoTime();

  Soak(LabSystem system, Console console) {
    this.system = system;
    this.console = console;
    this.breaker = new Breaker(system);
    this.duplicates = new ConsumerCounters(system);
  }

  Verdict run(List<Fault> plan, Duration duration, double rate) {
    var acknowledged = system.folder().resolve("acknowledged.csv");
    var load =
        new LoadGenerator(new OrderClient(system.orderUrl()), new ClientRecord(acknowledged));
    load.start(rate);
    breakFor(plan, duration, load);
    load.stop(ANSWERS);
    boolean drained = new Drain(system.dataSource("inspector")).await(DRAIN);
    duplicates.look();
    return new Verdict(
        load.counts(),
        new Checker(system.dataSource("inspector")).check(acknowledged),
        drained,
        system.deaths(),
        duplicates.absorbed(),
        system.mail().counts().repeated());
  }

  private void breakFor(List<Fault> plan, Duration duration, LoadGenerator load) {
    ScheduledExecutorService clock = Executors.newScheduledThreadPool(8);
    List<Future<?>> faults =
        plan.stream().<Future<?>>flatMap(fault -> schedule(clock, fault)).toList();
    while (System.nanoTime() - begin < duration.toNanos()) {
      Pause.millis(1000);
      duplicates.look();
      if (seconds() % PROGRESS_SECONDS == 0) {
        progress(load);
      }
    }
    faults.forEach(Soak::join);
    clock.shutdown();
  }

  private Stream<Future<?>> schedule(ScheduledExecutorService clock, Fault fault) {
    return Stream.of(
        clock.schedule(
            () -> say(fault + ": " + breaker.breakIt(fault)),
            fault.atMillis(),
            TimeUnit.MILLISECONDS),
        clock.schedule(
            () -> {
              breaker.mend(fault);
              if (fault.lastsMillis() > 0) {
                say(fault + ": mended");
              }
            },
            fault.endMillis() + 1,
            TimeUnit.MILLISECONDS));
  }

  // A fault that failed to happen, or to be mended, ends the soak as unusable.
  private static void join(Future<?> fault) {
    try {
      fault.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : new IllegalStateException(e);
    }
  }

  private void progress(LoadGenerator load) {
    var counts = load.counts();
    say(
        "%d acknowledged, %d unanswered, %d duplicates absorbed"
            .formatted(counts.acknowledged(), counts.unknown(), duplicates.absorbed()));
  }

  private void say(String line) {
    console.say(String.format(Locale.ROOT, "%5d s  %s", seconds(), line));
  }

  private long seconds() {
    return TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - begin);
  }
}
