package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.system.LabSystem;

/** Somebody deletes an exchange, and with it all its bindings. */
public record ExchangeDeleted(String exchange) implements Fault {
  @Override
  public String happen(LabSystem system) {
    var admin = new BrokerAdmin(system.brokerUri());
    // Fails where there is none.
    admin.call(channel -> channel.exchangeDeclarePassive(exchange));
    admin.call(channel -> channel.exchangeDelete(exchange));
    return "the exchange " + exchange + " is deleted, and with it all its bindings";
  }
}
