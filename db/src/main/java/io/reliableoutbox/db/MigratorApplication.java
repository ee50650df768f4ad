package io.reliableoutbox.db;

import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;

/** The one-shot migrator. */
@SpringBootApplication
public class MigratorApplication {
  public static void main(String[] args) {
    SpringApplication.run(MigratorApplication.class, args);
  }
}
