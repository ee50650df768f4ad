package io.reliableoutbox.lab.scenario;

import java.util.Locale;

/**
 * One fault story. It has no state of its own and may be played again, on a new system or on one
 * that an earlier story left drained.
 */
public interface Scenario {
  /** What people type: {@code broker-down} for the class {@code BrokerDown}. */
  default String name() {
    return getClass().getSimpleName().replaceAll("(?<=.)(?=[A-Z])", "-").toLowerCase(Locale.ROOT);
  }

  /** One line for lists. */
  String summary();

  /** What is broken and what should happen all the same, in two or three sentences. */
  String hypothesis();

  /** The same, in one line. */
  default String text() {
    return String.join(" ", hypothesis().strip().lines().toList());
  }

  /** Plays it, from the steady state to the drain. */
  void play(Stage stage);

  /** Whether it breaks what only a real RabbitMQ has, or asks it to keep what it confirmed. */
  default boolean needsRabbit() {
    return true;
  }

  /** How many nodes the broker has. */
  default int brokerNodes() {
    return 1;
  }

  /** Whether it must lose something, and be seen to. */
  default boolean mustFail() {
    return false;
  }
}
