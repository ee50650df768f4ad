package io.reliableoutbox.db;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.SpringApplication;
import org.springframework.boot.autoconfigure.SpringBootApplication;
import org.springframework.boot.context.properties.ConfigurationPropertiesScan;

/**
 * The one-shot migrator: waits for the database, migrates, sets the roles' passwords, says what it
 * did and ends. Exit status 0 when the schema is current, 2 when it could not be made so.
 */
@SpringBootApplication
@ConfigurationPropertiesScan
public class MigratorApplication {
  private static final Logger log = LoggerFactory.getLogger(MigratorApplication.class);

  public static void main(String[] args) {
    try (var context = SpringApplication.run(MigratorApplication.class, args)) {
      context.getBean(Migrator.class).run(System.getenv());
    } catch (MigratorFailure failure) {
      log.error("{}", failure.getMessage());
      System.exit(2);
    } catch (RuntimeException reported) {
      // Spring's failure analysis has already said which setting is wrong.
      System.exit(2);
    }
  }
}
