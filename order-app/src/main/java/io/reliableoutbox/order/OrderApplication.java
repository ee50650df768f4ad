package io.reliableoutbox.order;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The order service. It writes each order and its event in one PostgreSQL transaction and knows no
 * broker: what is in the outbox is the relay's work.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class OrderApplication {
  public static void main(String[] args) {
    SpringApplication.run(OrderApplication.class, args);
  }
}
