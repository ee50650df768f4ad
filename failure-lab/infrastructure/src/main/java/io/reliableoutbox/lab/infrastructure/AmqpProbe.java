package io.reliableoutbox.lab.infrastructure;

import com.rabbitmq.client.ConnectionFactory;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** Waits until a broker lets its administrator in. */
final class AmqpProbe {
  private static final int TRY_MILLIS = 2000;

  private AmqpProbe() {}

  /** Returns the version that the broker tells. */
  static String awaitVersion(
      String what, String uri, @Nullable ChildProcess process, Duration limit) {
    return Await.answer(what, process, limit, () -> version(uri));
  }

  static String version(String uri) throws Exception {
    var factory = new ConnectionFactory();
    factory.setUri(uri);
    factory.setAutomaticRecoveryEnabled(false);
    factory.setConnectionTimeout(TRY_MILLIS);
    factory.setHandshakeTimeout(TRY_MILLIS);
    factory.setShutdownTimeout(TRY_MILLIS);
    var connection = factory.newConnection("probe");
    try {
      return String.valueOf(connection.getServerProperties().get("version"));
    } finally {
      connection.abort(TRY_MILLIS);
    }
  }
}
