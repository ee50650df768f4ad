package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.check.FaultWindow;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * What was broken, when it really happened and what came of it; what took place also as a line of a
 * file that {@link #read} makes a plan of. Thread-safe.
 */
final class FaultLog {
  private static final String COMMAND = "# ./run soak ";
  private static final String HEADING = "at_ms,kind,target,lasts_ms,detail";
  private final Path file;
  private final List<FaultWindow> windows = new ArrayList<>();
  private int leftOut;

  /**
   * Begins the file anew.
   *
   * @param arguments of the soak, for who replays it
   */
  FaultLog(Path file, String arguments) {
    this.file = file;
    try {
      Files.writeString(file, COMMAND + arguments + "\n" + HEADING + "\n");
    } catch (IOException e) {
      throw new InfrastructureException("Can't write to " + file + ".", e);
    }
  }

  synchronized void add(Fault fault, FaultWindow window) {
    windows.add(window);
    if (window.tookPlace()) {
      append(
          "%d,%s,%s,%d,%s%n"
              .formatted(
                  window.fromMillis(),
                  fault.kind().text(),
                  fault.target(),
                  fault.lastsMillis(),
                  fault.detail()));
    }
  }

  private void append(String line) {
    try {
      Files.writeString(file, line, StandardOpenOption.APPEND);
    } catch (IOException e) {
      throw new InfrastructureException("Can't write to " + file + ".", e);
    }
  }

  /** Its turn came when the time was up. */
  synchronized void leaveOut(Fault fault) {
    leftOut++;
  }

  synchronized int leftOut() {
    return leftOut;
  }

  synchronized List<FaultWindow> windows() {
    return windows.stream().sorted(Comparator.comparing(FaultWindow::fromMillis)).toList();
  }

  synchronized long tookPlace() {
    return windows.stream().filter(FaultWindow::tookPlace).count();
  }

  /** What the soak was asked for, as it can be typed. */
  static List<String> arguments(Path file) {
    return lines(file).stream()
        .filter(line -> line.startsWith(COMMAND))
        .flatMap(line -> Stream.of(line.substring(COMMAND.length()).split(" ")))
        .toList();
  }

  /** The same faults at the times at which they took place. */
  static List<Fault> read(Path file) {
    return lines(file).stream()
        .filter(line -> !line.startsWith("#") && !line.equals(HEADING))
        .map(FaultLog::fault)
        .sorted(Comparator.comparing(Fault::atMillis))
        .toList();
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException e) {
      throw new InfrastructureException("The fault log " + file + " can't be read.", e);
    }
  }

  private static Fault fault(String line) {
    var columns = line.split(",", -1);
    try {
      var fault =
          new Fault(
              Long.parseLong(columns[0]),
              FaultKind.of(columns[1]),
              columns[2],
              Long.parseLong(columns[3]),
              columns[4]);
      if (!fault.kind().has(fault)) {
        throw new IllegalArgumentException("no such fault");
      }
      return fault;
    } catch (IllegalArgumentException | ArrayIndexOutOfBoundsException e) {
      throw new InfrastructureException("This is no line of a fault log: " + line, e);
    }
  }
}
