package io.reliableoutbox.relay.rabbit;

/**
 * The broker can't be used now; the message says why in one sentence. Trying again later may help.
 */
public final class BrokerUnavailable extends Exception {
  BrokerUnavailable(String message, Throwable cause) {
    super(message, cause);
  }
}
