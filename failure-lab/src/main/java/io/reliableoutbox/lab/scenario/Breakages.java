package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.check.FaultWindow;
import io.reliableoutbox.lab.fault.Fault;
import io.reliableoutbox.lab.system.LabSystem;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Supplier;

/** What is broken in a story at present, and when what was. One thread. */
final class Breakages {
  private final LabSystem system;
  private final Script script;
  private final Lookout lookout;
  private final Deque<Breakage> open = new ArrayDeque<>();
  private final List<FaultWindow> windows = new ArrayList<>();

  private record Breakage(Fault fault, long sinceMillis, boolean tookPlace) {}

  Breakages(LabSystem system, Script script, Lookout lookout) {
    this.system = system;
    this.script = script;
    this.lookout = lookout;
  }

  /** The same fault as the latest, once more, is healed with it. */
  void happen(Fault fault) {
    if (open.isEmpty() || !open.peek().fault().equals(fault)) {
      open.push(new Breakage(fault, lookout.millis(), false));
    }
    script.blank();
    if (!fault.announcement().isEmpty()) {
      script.paragraph("Fault", fault.announcement());
    }
    script.paragraph("Fault", meanwhile(() -> fault.happen(system)));
    open.push(new Breakage(fault, open.pop().sinceMillis(), true));
  }

  void healLatest() {
    var breakage = open.pop();
    var done = meanwhile(() -> breakage.fault().heal(system));
    long since = breakage.sinceMillis();
    long end = done.isEmpty() ? since : lookout.millis();
    boolean tookPlace = breakage.tookPlace();
    windows.add(new FaultWindow(breakage.fault().toString(), since, since, end, tookPlace, done));
    if (!done.isEmpty()) {
      script.chapter("Heal", done);
    }
  }

  /** The latest first. */
  void healAll() {
    while (!open.isEmpty()) {
      healLatest();
    }
  }

  List<FaultWindow> windows() {
    return List.copyOf(windows);
  }

  /** Some things take their time: it is seen what goes on meanwhile. */
  String meanwhile(Supplier<String> work) {
    var done = CompletableFuture.supplyAsync(work);
    lookout.quietlyUntil(done::isDone);
    try {
      return done.join();
    } catch (CompletionException e) {
      throw e.getCause() instanceof RuntimeException cause ? cause : e;
    }
  }
}
