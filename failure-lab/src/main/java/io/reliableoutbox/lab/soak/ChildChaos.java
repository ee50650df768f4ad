package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.chaos.CrashPoint;
import io.reliableoutbox.lab.chaos.Mutant;
import io.reliableoutbox.lab.chaos.Settings;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.system.LabSystem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Adds the decorators of {@code chaos.jar} to the class paths of relays and consumers, and reads
 * what they say took place.
 */
public final class ChildChaos {
  private static final List<String> APPS =
      List.of("relay-1", "relay-2", "consumer-1", "consumer-2");

  private final LabSystem system;
  private final Set<String> decorated = ConcurrentHashMap.newKeySet();
  private final Path folder;

  /** Before the system starts. */
  public ChildChaos(LabSystem system) {
    this.system = system;
    folder = system.folder().resolve("chaos");
    try {
      Files.createDirectories(folder);
      for (String app : APPS) {
        Files.deleteIfExists(notes(app));
      }
    } catch (IOException e) {
      throw new InfrastructureException("Can't write to " + folder + ".", e);
    }
    for (String app : APPS) {
      system.settings(app, Map.of(Settings.REPORT, notes(app).toString()));
    }
  }

  /** Who has none starts with half the work: from an archive of its classes. */
  private void decorate(String app, boolean now) {
    // The launcher reads it; so no command line, and no app, has to know.
    String agent = now ? "-javaagent:\"" + system.chaosJar() + "\"" : "";
    system.settings(app, Map.of("JDK_JAVA_OPTIONS", agent));
  }

  /** So many percent of each consumer's messages fail once. */
  public void failOnce(double percent, long seed) {
    for (String app : APPS) {
      if (app.startsWith("consumer-")) {
        system.settings(app, Map.of(Settings.TRANSIENT, percent + ":" + seed));
        always(app, percent > 0);
      }
    }
  }

  /** Builds the system wrong, from the next start on. */
  public void mutate(Mutant mutant) {
    for (String app : APPS) {
      system.settings(app, Map.of(Settings.MUTANT, mutant.text()));
      always(app, true);
    }
  }

  private void always(String app, boolean now) {
    if (now) {
      decorated.add(app);
    } else {
      decorated.remove(app);
    }
    decorate(app, now);
  }

  /** Leaves all apps as they are released, from their next start on. */
  public void takeOff() {
    APPS.forEach(app -> always(app, false));
  }

  /** The app ends at this point from its next start on; empty for none. */
  public void crashAt(String app, String point) {
    system.mayEnd(app, !point.isEmpty());
    system.settings(app, Map.of(Settings.CRASH, point));
    decorate(app, !point.isEmpty() || decorated.contains(app));
  }

  /** How often the app has ended at a crash point, by its own word. */
  public long halts(String app) {
    return lines(app).filter(line -> line.startsWith("halt ")).count();
  }

  public boolean ended(String app) {
    return system.exitStatus(app) == CrashPoint.STATUS;
  }

  /** Which messages failed, at whom. */
  public Set<String> failedOnce() {
    return APPS.stream()
        .flatMap(this::lines)
        .filter(line -> line.startsWith("transient "))
        .collect(Collectors.toSet());
  }

  private Path notes(String app) {
    return folder.resolve(app + ".notes");
  }

  private Stream<String> lines(String app) {
    try {
      return Files.exists(notes(app))
          ? Files.readAllLines(notes(app)).stream()
          : Stream.<String>empty();
    } catch (IOException e) {
      throw new InfrastructureException("Can't read " + notes(app) + ".", e);
    }
  }
}
