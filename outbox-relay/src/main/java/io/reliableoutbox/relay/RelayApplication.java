package io.reliableoutbox.relay;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** Placeholder. */
@SpringBootApplication
public class RelayApplication {
  public static void main(String[] args) {
    SpringApplication.run(RelayApplication.class, args);
  }
}
