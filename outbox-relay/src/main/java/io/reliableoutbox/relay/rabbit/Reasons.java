package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;

/** What went wrong, in the broker's own words where it said any. */
final class Reasons {
  private Reasons() {}

  static String of(Throwable failure) {
    if (failure instanceof ShutdownSignalException signal) {
      if (signal.getReason() instanceof AMQP.Channel.Close close) {
        return close.getReplyText();
      }
      if (signal.getReason() instanceof AMQP.Connection.Close close) {
        return close.getReplyText();
      }
    }
    if (failure.getCause() != null) {
      return of(failure.getCause());
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
