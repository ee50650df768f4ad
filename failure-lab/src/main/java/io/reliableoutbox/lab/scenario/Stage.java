package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.FaultWindow;
import io.reliableoutbox.lab.fault.Fault;
import io.reliableoutbox.lab.load.Drain;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.system.LabSystem;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;

/**
 * Where a story is played: the running system under load, and the verbs in which stories are told.
 * Each verb says on the terminal what it does and what came of it. What does not hold is kept, and
 * makes the verdict FAIL; the story goes on.
 */
public final class Stage extends Facts {
  private static final Duration STEADY = Duration.ofMinutes(2);
  private static final Duration ANSWERS = Duration.ofSeconds(60);
  private static final Duration DRAIN = Duration.ofMinutes(4);

  private final Script script;
  private final double rate;
  private final Breakages breakages;
  private final List<String> broken = new ArrayList<>();
  private boolean drained;
  private boolean waitedForDrain;
  private boolean loaded;

  Stage(LabSystem system, Script script, LoadGenerator load, Lookout lookout, double rate) {
    super(system, load, lookout);
    this.script = script;
    this.breakages = new Breakages(system, script, lookout);
    this.rate = rate;
  }

  /** Orders come in, and are published and applied as they come. */
  public void steadyState() {
    if (!loaded) {
      load.start(rate);
      loaded = true;
    }
    script.chapter(
        "Steady state",
        "%.0f orders a second; their events are published and applied".formatted(rate));
    long first = lookout.look().effects();
    long enough = first + (long) (8 * rate);
    boolean steady =
        lookout.until(() -> lookout.allUp() && lookout.look().effects() >= enough, STEADY);
    expect("everything is up and events flow", steady);
  }

  /** How many orders come in so many seconds. */
  public long seconds(long seconds) {
    return Math.round(rate * seconds);
  }

  /** Breaks something, until {@link #heal}. */
  public void fault(Fault fault) {
    breakages.happen(fault);
  }

  /** What somebody does in the story. */
  public void tell(String who, String what) {
    script.chapter(who, what);
  }

  /** A function that operators call, and its answer. */
  public String operator(String call) {
    var answer = as("operator").text("select " + call);
    script.paragraph("Operator", "select " + call + ";");
    script.paragraph("", "-> " + answer);
    return answer;
  }

  /** Mends all that is broken, the latest first. */
  public void heal() {
    breakages.healAll();
  }

  /** Mends what was broken last. */
  public void healLatest() {
    breakages.healLatest();
  }

  /** Watches until it comes true; it must, within the limit. */
  public void meanwhile(String claim, Duration limit, BooleanSupplier condition) {
    script.paragraph("Meanwhile", "until " + claim);
    boolean came = lookout.until(condition, limit);
    if (!came) {
      breakClaim(claim + " (not within " + limit.toSeconds() + " s)");
    }
  }

  /** Watches for a while, whatever happens. */
  public void watch(Duration time) {
    script.paragraph("Meanwhile", "for " + time.toSeconds() + " s");
    lookout.until(() -> false, time.minusSeconds(1));
  }

  /** A query that anybody can ask, and what it gives now. */
  public void look(String query) {
    script.query(query, sql().rows(query));
  }

  public void expect(String claim, BooleanSupplier condition) {
    expect(claim, Lookout.holds(condition));
  }

  public void expect(String claim, boolean holds) {
    if (holds) {
      script.paragraph("Holds", claim);
    } else {
      breakClaim(claim);
    }
  }

  /** The story can't go on. */
  void giveUp(String reason) {
    breakClaim("the story ends here: " + reason);
  }

  private void breakClaim(String claim) {
    broken.add(claim);
    script.paragraph("BROKEN", claim);
  }

  /** No more orders; what was committed is published and applied. */
  public void drain() {
    drain(DRAIN);
  }

  /** The same, with less patience. */
  public void drain(Duration limit) {
    script.chapter(
        "Drain", "no more orders; until all that was committed is published, applied and mailed");
    breakages.meanwhile(
        () -> {
          load.stop(ANSWERS);
          return "";
        });
    var drain = new Drain(system.dataSource("inspector"));
    waitedForDrain = true;
    drained = lookout.until(() -> drain.await(Duration.ZERO), limit);
  }

  boolean waitedForDrain() {
    return waitedForDrain;
  }

  boolean drained() {
    return drained;
  }

  List<FaultWindow> windows() {
    return breakages.windows();
  }

  List<String> broken() {
    return broken;
  }
}
