package io.reliableoutbox.relay.simulation;

/** What a schedule is made of: the faithful model of relay and database, unless overridden. */
class Variant {
  ModelOutbox outbox(World world) {
    return new ModelOutbox(world);
  }

  ModelMarks marks(World world) {
    return new ModelMarks(world);
  }

  ModelLeases leases(World world) {
    return new ModelLeases(world);
  }

  SimulatedLink link(World world, SimulatedRelay relay) {
    return new SimulatedLink(world, relay);
  }

  SimulatedRelay relay(World world, int id) {
    return new SimulatedRelay(world, id);
  }
}
