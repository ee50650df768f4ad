package io.reliableoutbox.order.start;

import io.micrometer.observation.ObservationPredicate;
import io.reliableoutbox.order.OrderSettings;
import io.reliableoutbox.order.outbox.WakeUpHint;
import java.sql.DriverManager;
import java.time.Clock;
import java.util.Properties;
import org.springframework.boot.jdbc.autoconfigure.JdbcConnectionDetails;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.http.server.observation.ServerRequestObservationContext;

/** The parts that Spring can't make by itself. */
@Configuration(proxyBeanMethods = false)
class Wiring {
  @Bean
  Clock clock() {
    return Clock.systemUTC();
  }

  // Health is asked every few seconds, and nobody looks for that among the traces.
  @Bean
  ObservationPredicate requestsOfClients() {
    return (name, context) ->
        !(context instanceof ServerRequestObservationContext observed
            && observed.getCarrier() != null
            && observed.getCarrier().getRequestURI().startsWith("/actuator"));
  }

  // A connection of its own: one from the pool would be one less for requests.
  @Bean(destroyMethod = "close")
  WakeUpHint wakeUpHint(JdbcConnectionDetails database, OrderSettings settings) {
    var hint =
        new WakeUpHint(() -> DriverManager.getConnection(database.getJdbcUrl(), hints(database)));
    if (settings.hints()) {
      hint.start();
    }
    return hint;
  }

  private static Properties hints(JdbcConnectionDetails database) {
    Properties login = Login.of(database);
    login.setProperty("ApplicationName", "order-app hints");
    return login;
  }
}
