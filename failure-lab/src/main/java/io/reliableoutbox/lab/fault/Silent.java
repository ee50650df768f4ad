package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.proxy.Direction;
import io.reliableoutbox.lab.proxy.TcpProxy;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.util.Set;

/**
 * The network takes everything in these directions, delivers nothing and closes nothing.
 *
 * @param from as in {@code Links.between}
 */
public record Silent(String from, String to, Set<Direction> directions) implements Fault {
  private static final int LOOKS = 200;

  /** What is asked arrives; the answers don't. */
  public static Silent answers(String from, String to) {
    return new Silent(from, to, Set.of(Direction.TO_CLIENT));
  }

  /** What is asked never arrives, and nobody is told. */
  public static Silent requests(String from, String to) {
    return new Silent(from, to, Set.of(Direction.TO_SERVER));
  }

  public static Silent bothWays(String from, String to) {
    return new Silent(from, to, Set.of(Direction.values()));
  }

  @Override
  public String happen(LabSystem system) {
    var links = system.links().between(from, to);
    links.forEach(link -> link.silence(directions.toArray(Direction[]::new)));
    long held = 0;
    for (int look = 0; look < LOOKS && held == 0; look++) {
      Pause.millis(50);
      held = links.stream().mapToLong(TcpProxy::held).sum();
    }
    Evidence.require(held > 0, this, "nothing came that could be held back");
    return "the network swallows " + what() + " (the first " + held + " bytes)";
  }

  private String what() {
    if (directions.size() == 2) {
      return "everything between " + from + " and " + to;
    }
    return directions.contains(Direction.TO_SERVER)
        ? "what " + from + " sends to " + to
        : "the answers of " + to + " to " + from;
  }

  @Override
  public String heal(LabSystem system) {
    system.links().between(from, to).forEach(TcpProxy::open);
    return from + " and " + to + " hear each other again";
  }
}
