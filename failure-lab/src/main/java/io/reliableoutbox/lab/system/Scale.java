package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.InfrastructureException;

/**
 * How many processes of each kind.
 *
 * @param brokerNodes 1, or the nodes of a cluster of the installed RabbitMQ
 */
public record Scale(int relays, int consumers, int brokerNodes) {
  /** What a story needs: two of each, so that one can be lost. */
  public static final Scale USUAL = new Scale(2, 2, 1);

  private static final int MOST = 16;

  /** Refuses, with a sentence, what one machine can't bear or a majority can't be found in. */
  public Scale {
    require("--relays", relays);
    require("--consumers", consumers);
    if (brokerNodes != 1 && brokerNodes != 3 && brokerNodes != 5) {
      throw new InfrastructureException("--broker-nodes must be 1, 3 or 5.");
    }
  }

  private static void require(String option, int number) {
    if (number < 1 || number > MOST) {
      throw new InfrastructureException("%s must be from 1 to %d.".formatted(option, MOST));
    }
  }
}
