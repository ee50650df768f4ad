package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.proxy.TcpProxy;
import io.reliableoutbox.lab.system.LabSystem;
import io.reliableoutbox.lab.system.Pause;
import java.time.Duration;

/**
 * The network delivers everything, and takes its time for each piece.
 *
 * @param from as in {@code Links.between}
 * @param each for how long a piece of at most 16 KiB is under way, in each direction
 */
public record Slow(String from, String to, Duration each) implements Fault {
  private static final int LOOKS = 200;

  @Override
  public String happen(LabSystem system) {
    var links = system.links().between(from, to);
    links.forEach(link -> link.slow(each));
    long slowed = 0;
    for (int look = 0; look < LOOKS && slowed == 0; look++) {
      Pause.millis(50);
      slowed = links.stream().mapToLong(TcpProxy::slowed).sum();
    }
    Evidence.require(slowed > 0, this, "nothing came that could be slowed down");
    return "each piece between %s and %s takes %d ms".formatted(from, to, each.toMillis());
  }

  @Override
  public String heal(LabSystem system) {
    system.links().between(from, to).forEach(TcpProxy::open);
    return from + " and " + to + " are quick again";
  }
}
