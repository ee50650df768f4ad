package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.proxy.TcpProxy;
import io.reliableoutbox.lab.system.LabSystem;

/**
 * Connections are reset and new ones are refused, until it is healed.
 *
 * @param from as in {@code Links.between}
 */
public record Unreachable(String from, String to) implements Fault {
  @Override
  public String happen(LabSystem system) {
    var links = system.links().between(from, to);
    Evidence.require(!links.isEmpty(), this, "there is no such way");
    links.forEach(TcpProxy::refuse);
    int cut = links.stream().mapToInt(TcpProxy::cut).sum();
    return "%s can't reach %s: %d connections are reset, new ones refused".formatted(from, to, cut);
  }

  @Override
  public String heal(LabSystem system) {
    system.links().between(from, to).forEach(TcpProxy::open);
    return from + " can reach " + to + " again";
  }
}
