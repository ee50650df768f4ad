package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.FaultWindow;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** What was broken, when it really happened and what came of it. Thread-safe. */
final class FaultLog {
  private final List<FaultWindow> windows = new ArrayList<>();

  synchronized void add(FaultWindow window) {
    windows.add(window);
  }

  synchronized List<FaultWindow> windows() {
    return windows.stream().sorted(Comparator.comparing(FaultWindow::fromMillis)).toList();
  }

  synchronized long tookPlace() {
    return windows.stream().filter(FaultWindow::tookPlace).count();
  }
}
