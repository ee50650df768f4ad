package io.reliableoutbox.lab.system;

import org.jspecify.annotations.Nullable;

/** A part of the running system, as the dashboard shows it. Thread-safe. */
public interface Component {
  String name();

  /** {@code up}, {@code starting} (alive, not ready), {@code down}, {@code unknown}. */
  String state();

  /** 0 where there is none, or none that is known. */
  long pid();

  @Nullable String url();

  /** Whether this lab started it, so that it can be killed and started again from here. */
  boolean controllable();

  void kill();

  void stop();

  void start();

  /** Stops it as it stands (SIGSTOP): its connections stay open and it answers nothing. */
  void freeze();

  /** Lets it go on (SIGCONT). */
  void thaw();
}
