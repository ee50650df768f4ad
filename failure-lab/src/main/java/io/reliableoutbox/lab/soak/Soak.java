package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.Checker;
import io.reliableoutbox.lab.check.Expectations;
import io.reliableoutbox.lab.check.Findings;
import io.reliableoutbox.lab.check.Report;
import io.reliableoutbox.lab.check.Timeline;
import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.Drain;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.OrderClient;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Future;

/** Load and faults for a while on a running system, then everything is mended, drained, judged. */
final class Soak {
  private static final Duration ANSWERS = Duration.ofSeconds(60);
  // However long a backlog takes that moves, be it duplicates alone, which a replay put before what
  // is new. A mail whose sender was killed is due again when its claim ends, after a minute.
  private static final Duration STANDSTILL = Duration.ofMinutes(3);
  private static final int PROGRESS_SECONDS = 10;
  private final LabSystem system;
  private final Console console;
  private final ChildChaos chaos;
  private final Path acknowledged;
  private final LoadGenerator load;
  private final Poison poison;
  private final Sampler sampler;
  private final ConsumerCounters duplicates;
  private final FaultDriver driver;

  Soak(LabSystem system, Console console, ChildChaos chaos, FaultLog log) {
    this.system = system;
    this.console = console;
    this.chaos = chaos;
    acknowledged = system.folder().resolve("acknowledged.csv");
    load = new LoadGenerator(new OrderClient(system.orderUrl()), new ClientRecord(acknowledged));
    poison = new Poison(system);
    sampler = new Sampler(system, load);
    duplicates = new ConsumerCounters(system);
    driver = new FaultDriver(breaks(), log, this::say);
  }

  private Map<FaultKind, Break> breaks() {
    var parts = new Parts(system, console);
    var breaker = new Breaker(parts);
    var told = new Told(system);
    return Map.of(
        FaultKind.SILENCE, told,
        FaultKind.SLOW, told,
        FaultKind.ALARM, told,
        FaultKind.KILL, breaker,
        FaultKind.RESTART, breaker,
        FaultKind.FREEZE, breaker,
        FaultKind.CUT, breaker,
        FaultKind.CRASH, new CrashAtPoint(parts, chaos),
        FaultKind.DELETE, new QueueDeletion(parts, new Replays(system)));
  }

  Report run(List<Fault> plan, SoakOptions options) {
    load.start(options.load());
    poison.start(options.load().rate() * options.poisonPercent() / 100);
    breakFor(plan, options.duration());
    if (driver.log().tookPlace() == 0 && driver.notMended().isEmpty()) {
      throw new InfrastructureException(
          "None of the %d planned faults took place: this proves nothing.".formatted(plan.size()));
    }
    load.stop(ANSWERS);
    poison.close();
    boolean drained = drained();
    var verdict = verdict(drained);
    return new Report(
        options.command(),
        system.label(),
        verdict,
        new Timeline(sampler.samples(), driver.log().windows()),
        List.of(
            "%d orders, of up to four events each".formatted(load.counts().orders()),
            "%d of %d planned faults took place, %d were left out because the time was up"
                .formatted(driver.log().tookPlace(), plan.size(), driver.log().leftOut()),
            "%d customers were turned away because too many waited".formatted(load.turnedAway()),
            "%d effects failed once and were retried".formatted(chaos.failedOnce().size()),
            "%d poison events, each to be parked by each consumer"
                .formatted(poison.written().size())));
  }

  private boolean drained() {
    var drain = new Drain(system.dataSource("inspector"));
    long deadline = System.nanoTime() + STANDSTILL.toNanos();
    long done = 0;
    boolean drained = false;
    while (!drained && System.nanoTime() < deadline) {
      drained = drain.await(Duration.ofSeconds(1));
      sampler.look(driver.millis());
      duplicates.look();
      long now = sampler.effects() + duplicates.absorbed() + system.mail().counts().distinct();
      if (now > done) {
        done = now;
        deadline = System.nanoTime() + STANDSTILL.toNanos();
      }
    }
    return drained;
  }

  private Map<String, Long> queuesOrNone(List<String> broken) {
    try {
      return queues();
    } catch (InfrastructureException e) {
      broken.add("the queues can't be asked: " + e.getMessage());
      return Map.of();
    }
  }

  /** Acknowledgements and parking may still be under way when the tables are done. */
  private Map<String, Long> queues() {
    var queues = new Queues(system);
    long deadline = System.nanoTime() + STANDSTILL.toNanos();
    var messages = queues.messages();
    while (messages.values().stream().anyMatch(n -> n > 0) && System.nanoTime() < deadline) {
      Pause.millis(500);
      messages = queues.messages();
    }
    return messages;
  }

  private Verdict verdict(boolean drained) {
    var broken = new ArrayList<>(driver.notMended());
    var findings = findings(broken);
    return new Verdict(
        load.counts(),
        findings,
        drained,
        system.deaths(),
        duplicates.absorbed(),
        system.mail().counts().repeated(),
        broken);
  }

  /** What can't be asked any more has not survived. */
  private Findings findings(List<String> broken) {
    try {
      var left = queuesOrNone(broken); // first: while it waits, mails still come
      var expected =
          Expectations.settled(acknowledged)
              .poison(poison.written())
              .mails(system.mail().messageIds())
              .queues(left);
      return new Checker(system.dataSource("inspector")).check(expected);
    } catch (InfrastructureException e) {
      broken.add("nothing can be judged: " + e.getMessage());
      return Findings.NOTHING;
    }
  }

  private void breakFor(List<Fault> plan, Duration duration) {
    List<Future<?>> faults = driver.start(plan, duration.toMillis());
    long nextProgress = PROGRESS_SECONDS;
    while (driver.millis() < duration.toMillis() || !faults.stream().allMatch(Future::isDone)) {
      if (driver.millis() >= duration.toMillis()) {
        load.placeNoMore(); // what is broken still, is mended
      }
      Pause.millis(1000);
      duplicates.look();
      sampler.look(driver.millis());
      if (driver.millis() / 1000 >= nextProgress) {
        nextProgress += PROGRESS_SECONDS;
        progress();
      }
    }
    FaultDriver.join(faults);
  }

  private void progress() {
    var counts = load.counts();
    say(
        "%d acknowledged, %d unanswered, %d waiting, %d effects, %d duplicates absorbed, %d faults"
            .formatted(
                counts.acknowledged(),
                counts.unknown(),
                sampler.latest().backlog(),
                sampler.latest().effects(),
                duplicates.absorbed(),
                driver.log().tookPlace()));
  }

  private void say(String line) {
    console.say(String.format(Locale.ROOT, "%5d s  %s", driver.millis() / 1000, line));
  }
}
