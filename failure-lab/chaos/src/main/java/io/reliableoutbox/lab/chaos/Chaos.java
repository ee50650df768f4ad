package io.reliableoutbox.lab.chaos;

import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * What the decorated methods call. Public only for that: their code is in another class loader.
 * Thread-safe.
 */
public final class Chaos {
  private static final Settings SETTINGS = Settings.of(System.getenv());
  private static final Notes NOTES = new Notes(SETTINGS);
  private static final AtomicInteger PASSAGES = new AtomicInteger();
  private static final ThreadLocal<List<UUID>> DELIVERED = ThreadLocal.withInitial(List::of);
  private static final ThreadLocal<Boolean> APPLIED = ThreadLocal.withInitial(() -> false);

  private static final ThreadLocal<Boolean> THROWN_BACK = ThreadLocal.withInitial(() -> false);
  private static final Map<Integer, Long> KEPT = new ConcurrentHashMap<>();

  private Chaos() {}

  static Settings settings() {
    return SETTINGS;
  }

  static Notes notes() {
    return NOTES;
  }

  /** Ends the process if this is the point and the passage. */
  public static void pass(String point) {
    if (PASSAGES.incrementAndGet() == SETTINGS.passage()) {
      NOTES.line("halt " + point);
      Runtime.getRuntime().halt(CrashPoint.STATUS);
    }
  }

  /** This thread's transaction has applied effects. */
  public static void applied() {
    APPLIED.set(true);
  }

  /** As {@link #pass}, in a transaction that has applied effects. */
  public static void passIfApplied(String point) {
    if (APPLIED.get()) {
      pass(point);
    }
  }

  /** As {@link #passIfApplied}, where the broker waits for an acknowledgement: not in a retry. */
  public static void passIfDelivered(String point) {
    if (!DELIVERED.get().isEmpty()) {
      passIfApplied(point);
    }
  }

  public static void committed() {
    APPLIED.set(false);
  }

  /** The messages that this thread is about to settle, if they come from the broker. */
  public static void settling(List<UUID> delivered) {
    DELIVERED.set(delivered);
  }

  /**
   * The chosen one among the messages that this thread settles, or null. A message fails in its
   * batch and again alone, and is then retried from the inbox, where nothing fails: once is enough.
   */
  public static @Nullable UUID failing(String effect) {
    List<UUID> delivered = DELIVERED.get();
    UUID chosen = delivered.stream().filter(id -> isChosen(id, effect)).findFirst().orElse(null);
    if (chosen != null && delivered.size() == 1) {
      NOTES.line("transient " + effect + " " + chosen);
    }
    return chosen;
  }

  /** One of the messages that this thread is about to acknowledge is not to be. */
  public static void throwBack() {
    THROWN_BACK.set(true);
  }

  /** Whether there is one; asked once. */
  public static boolean isThrownBack() {
    boolean thrownBack = THROWN_BACK.get();
    THROWN_BACK.set(false);
    return thrownBack;
  }

  /** These, and all that were given here before. */
  public static Map<Integer, Long> kept(Map<Integer, Long> epochs) {
    KEPT.putAll(epochs);
    return Map.copyOf(KEPT);
  }

  private static boolean isChosen(UUID id, String effect) {
    long hash = (id.hashCode() * 31L + effect.hashCode()) * 31L + SETTINGS.seed();
    hash = (hash ^ (hash >>> 33)) * 0xff51afd7ed558ccdL;
    return Math.floorMod(hash ^ (hash >>> 33), 10_000L) < SETTINGS.transientPercent() * 100;
  }
}
