package io.reliableoutbox.order;

import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Migrated databases, with a password for the role that order-app really uses. */
public final class TestSchema {
  public static final String ROLE = "order_app";
  public static final String PASSWORD = "order-app-secret";

  private TestSchema() {}

  /** A database of its own on the shared server. */
  public static TestDatabase fresh() {
    return TestInfrastructure.freshDatabase(TestSchema::migrate);
  }

  public static void migrate(TestDatabase database) {
    Migrations.migrate(database.dataSource());
    database.execute("alter role order_app password '" + PASSWORD + "'");
  }

  /** As the superuser, who sees everything. */
  public static JdbcClient observer(TestDatabase database) {
    return JdbcClient.create(database.dataSource());
  }
}
