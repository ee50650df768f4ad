package io.reliableoutbox.lab.system;

import java.io.PrintStream;
import java.time.Duration;
import java.util.Locale;

/** Where the lab talks to people: one line a thing that happened. Thread-safe. */
public record Console(PrintStream out) {
  public void say(String line) {
    out.println(line);
  }

  /** A component that came up. */
  public void up(String name, String address, long pid, Duration took) {
    out.printf(
        Locale.ROOT,
        "%-13s %-52s %-11s %5.1f s%n",
        name,
        address,
        pid == 0 ? "" : "pid " + pid,
        took.toMillis() / 1000.0);
  }
}
