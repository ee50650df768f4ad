package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.system.LabSystem;

/** Somebody deletes a queue, with all that it holds. */
public record QueueDeleted(String queue) implements Fault {
  @Override
  public String happen(LabSystem system) {
    var admin = new BrokerAdmin(system.brokerUri());
    // Counted before: the answer to the deletion of a quorum queue says 0 on RabbitMQ 3.10.
    long held = admin.waiting(queue);
    admin.call(channel -> channel.queueDelete(queue));
    return "the queue " + queue + " is deleted, with " + held + " messages";
  }
}
