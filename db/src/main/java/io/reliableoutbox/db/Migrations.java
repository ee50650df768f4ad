package io.reliableoutbox.db;

import java.util.Map;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.output.MigrateResult;

/**
 * The schema of the whole system, brought to its newest version by Flyway. Running it again changes
 * nothing; several callers at once take turns by Flyway's own lock.
 */
public final class Migrations {
  /** Buckets that the outbox is divided into; fixed once the outbox is made. */
  public static final int DEFAULT_BUCKETS = 64;

  private Migrations() {}

  /**
   * Migrates with the default number of buckets.
   *
   * @param owner connections of a role that may create roles and schemas
   */
  public static MigrateResult migrate(DataSource owner) {
    return migrate(owner, DEFAULT_BUCKETS);
  }

  /**
   * Migrates; {@code buckets} counts only where the outbox does not exist yet.
   *
   * @throws org.flywaydb.core.api.FlywayException if a migration fails; it is rolled back
   */
  public static MigrateResult migrate(DataSource owner, int buckets) {
    return Flyway.configure()
        .dataSource(owner)
        .locations("classpath:db/migration")
        .defaultSchema("public")
        .placeholders(Map.of("buckets", Integer.toString(buckets)))
        .load()
        .migrate();
  }
}
