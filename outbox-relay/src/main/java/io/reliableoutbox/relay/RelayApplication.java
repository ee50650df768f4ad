package io.reliableoutbox.relay;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * Publishes what any service writes into an outbox table to RabbitMQ. Knows no orders: it needs the
 * outbox's migration, a database role and an exchange.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class RelayApplication {
  public static void main(String[] args) {
    SpringApplication.run(RelayApplication.class, args);
  }
}
