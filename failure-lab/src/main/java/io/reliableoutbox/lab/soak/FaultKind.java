package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.chaos.CrashPoint;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** What a soak breaks, where, and for how long at the most. */
public enum FaultKind {
  /** kill -9, and started again later. */
  KILL("order-app relay-1 relay-2 consumer-1 consumer-2 broker postgres", 8),

  /** Ended as an administrator would, and started again later. */
  RESTART("order-app relay-1 relay-2 consumer-1 consumer-2 broker postgres", 5),

  /** SIGSTOP and SIGCONT; twenty seconds are two leases of a relay. */
  FREEZE("order-app relay-1 relay-2 consumer-1 consumer-2 broker postgres", 20),

  /** All connections of the apps to the database, or of everybody to the broker, are closed. */
  CUT("postgres broker", 0),

  /** Started again with a named crash point, at which the process ends by itself. */
  CRASH("", 5) {
    @Override
    Stream<Fault> deck() {
      return Arrays.stream(CrashPoint.values())
          .map(point -> new Fault(0, this, point.app() + "-1", 0, point.text()));
    }
  },

  /** A queue is deleted while it holds messages; what it held is replayed from the outbox. */
  DELETE("email.orders inventory.orders analytics.orders", 0),

  /** A network that swallows everything both ways and closes nothing. */
  SILENCE(
      "client>order-app order-app>postgres relay-1>postgres consumer-2>postgres"
          + " relay-1>broker relay-2>broker consumer-1>broker consumer-2>broker consumer-1>mail",
      12),

  /** A network on which each piece takes its time. */
  SLOW(
      "client>order-app relay-2>postgres relay-1>broker consumer-2>broker consumer-1>postgres", 15),

  /** The broker is out of memory, and takes nothing more. */
  ALARM("broker", 10);

  // In a log that somebody has written by hand.
  private static final long LONGEST_MILLIS = 3_600_000;
  private final String targets;
  private final int longestSeconds;

  FaultKind(String targets, int longestSeconds) {
    this.targets = targets;
    this.longestSeconds = longestSeconds;
  }

  /** Each that there is, once, without a time. */
  Stream<Fault> deck() {
    return Arrays.stream(targets.split(" ")).map(target -> new Fault(0, this, target, 0, ""));
  }

  /** Whether this is one of the deck, at some time, for some time. */
  boolean has(Fault fault) {
    return fault.atMillis() >= 0
        && fault.lastsMillis() >= 0
        && fault.lastsMillis() <= LONGEST_MILLIS
        && deck()
            .anyMatch(
                card ->
                    card.target().equals(fault.target()) && fault.detail().matches(details(card)));
  }

  private static String details(Fault card) {
    return card.detail().isEmpty() ? "" : card.detail() + ":[1-9][0-9]{0,5}";
  }

  int longestSeconds() {
    return longestSeconds;
  }

  /** What a fault of this kind needs for itself while it lasts. */
  List<String> needs(String target) {
    return this == DELETE
        ? List.of("broker", "consumer-1", "consumer-2")
        // Of a way between two, the one that has gone it: nobody starts it meanwhile.
        : List.of(target.split(">", 2)[0]);
  }

  static FaultKind of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT));
  }

  String text() {
    return name().toLowerCase(Locale.ROOT);
  }
}
