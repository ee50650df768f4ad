package io.reliableoutbox.lab.fault;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;

/** Whether a fault took place. */
final class Evidence {
  private Evidence() {}

  static void require(boolean happened, Fault fault, String instead) {
    if (!happened) {
      throw new InfrastructureException(
          "The fault did not happen: " + fault + ": " + instead + ".");
    }
  }
}
