package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;

/** The broker's own words for why something failed, out of the exception that wraps them. */
final class Reasons {
  private Reasons() {}

  static String of(Throwable failure) {
    if (failure instanceof ShutdownSignalException shutdown) {
      if (shutdown.getReason() instanceof AMQP.Channel.Close close) {
        return close.getReplyText();
      }
      if (shutdown.getReason() instanceof AMQP.Connection.Close close) {
        return close.getReplyText();
      }
    }
    if (failure.getCause() != null) {
      return of(failure.getCause());
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
