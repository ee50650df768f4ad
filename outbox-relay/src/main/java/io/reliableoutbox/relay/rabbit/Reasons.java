package io.reliableoutbox.relay.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.security.cert.CertPathBuilderException;

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
    if (failure instanceof CertPathBuilderException) {
      return "its certificate is signed by nobody who is trusted here (see RABBITMQ_CA_FILE)";
    }
    if (failure.getCause() != null) {
      return of(failure.getCause());
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
