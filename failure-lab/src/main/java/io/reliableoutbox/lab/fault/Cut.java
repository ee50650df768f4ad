package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.proxy.TcpProxy;
import io.reliableoutbox.lab.system.LabSystem;

/**
 * All open connections are reset; new ones go through at once.
 *
 * @param from as in {@code Links.between}
 */
public record Cut(String from, String to) implements Fault {
  @Override
  public String happen(LabSystem system) {
    int cut = system.links().between(from, to).stream().mapToInt(TcpProxy::cut).sum();
    Evidence.require(cut > 0, this, "no connection was open");
    return "%d connections%s to %s are reset"
        .formatted(cut, from.isEmpty() ? "" : " of " + from, to);
  }
}
