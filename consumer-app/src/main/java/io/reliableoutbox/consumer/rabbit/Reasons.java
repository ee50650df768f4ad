package io.reliableoutbox.consumer.rabbit;

import com.rabbitmq.client.AMQP;
import com.rabbitmq.client.ShutdownSignalException;
import java.security.cert.CertPathBuilderException;

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
    if (failure instanceof CertPathBuilderException) {
      return "its certificate is signed by nobody who is trusted here (see RABBITMQ_CA_FILE)";
    }
    if (failure.getCause() != null) {
      return of(failure.getCause());
    }
    return failure.getMessage() == null ? failure.getClass().getSimpleName() : failure.getMessage();
  }
}
