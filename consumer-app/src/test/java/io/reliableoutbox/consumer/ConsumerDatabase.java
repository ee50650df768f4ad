package io.reliableoutbox.consumer;

import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.UUID;
import javax.sql.DataSource;
import org.springframework.beans.factory.config.YamlPropertiesFactoryBean;
import org.springframework.core.io.ClassPathResource;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database for one test class, and what tests look up in it. */
public final class ConsumerDatabase implements AutoCloseable {
  public static final String PASSWORD = "consumer";
  private final TestDatabase database;
  private final JdbcClient owner;

  public ConsumerDatabase() {
    this(TestInfrastructure.freshDatabase(it -> Migrations.migrate(it.dataSource())));
  }

  private ConsumerDatabase(TestDatabase migrated) {
    database = migrated;
    owner = JdbcClient.create(database.dataSource());
    database.execute("alter role consumer_app password '" + PASSWORD + "'");
  }

  /** On a server of the test's own, that it may break. */
  public static ConsumerDatabase on(DatabaseServer server) {
    new TestDatabase(server, "postgres").execute("create database outbox");
    var database = new TestDatabase(server, "outbox");
    Migrations.migrate(database.dataSource());
    return new ConsumerDatabase(database);
  }

  /** As that role, with a password of this test. */
  public JdbcClient as(String role) {
    return JdbcClient.create(connectionsOf(role));
  }

  /** Connections of that role, with a password of this test. */
  public DataSource connectionsOf(String role) {
    database.execute("alter role " + role + " password '" + PASSWORD + "'");
    return database.dataSource(role, PASSWORD);
  }

  public String jdbcUrl() {
    return database.jdbcUrl();
  }

  /** As the superuser. */
  public JdbcClient owner() {
    return owner;
  }

  /**
   * Connections of the consumers' own role, so that a missing grant shows, and with their settings.
   */
  public HikariDataSource consumerPool() {
    var pool = new HikariDataSource();
    configure(pool);
    pool.setJdbcUrl(database.jdbcUrl());
    pool.setUsername("consumer_app");
    pool.setPassword(PASSWORD);
    pool.setMaximumPoolSize(5);
    pool.setMinimumIdle(0);
    return pool;
  }

  private static void configure(HikariDataSource pool) {
    var application = new YamlPropertiesFactoryBean();
    application.setResources(new ClassPathResource("application.yaml"));
    String hikari = "spring.datasource.hikari.";
    Properties settings = Objects.requireNonNull(application.getObject());
    pool.setConnectionInitSql(settings.getProperty(hikari + "connection-init-sql"));
    String driver = hikari + "data-source-properties.";
    for (String name : settings.stringPropertyNames()) {
      if (name.startsWith(driver)) {
        pool.addDataSourceProperty(name.substring(driver.length()), settings.getProperty(name));
      }
    }
  }

  /** Connections of the consumers for which this holds now. */
  public long backends(String condition) {
    return owner
        .sql(
            """
            select count(*) from pg_stat_activity
            where usename = 'consumer_app' and datname = current_database() and
            """
                + condition)
        .query(Long.class)
        .single();
  }

  public String state(String consumer, UUID messageId) {
    return owner
        .sql("select state from consuming.inbox_state where consumer = ? and message_id = ?")
        .params(consumer, messageId)
        .query(String.class)
        .optional()
        .orElse("UNKNOWN");
  }

  /** How many rows are in each state. */
  public Map<String, Long> states(String consumer) {
    var states = new java.util.TreeMap<String, Long>();
    owner
        .sql("select state, count(*) from consuming.inbox_state where consumer = ? group by state")
        .param(consumer)
        .query((row, n) -> states.put(row.getString(1), row.getLong(2)))
        .list();
    return states;
  }

  public Map<String, Object> row(String consumer, UUID messageId) {
    return owner
        .sql("select * from consuming.inbox where consumer = ? and message_id = ?")
        .params(consumer, messageId)
        .query()
        .singleRow();
  }

  public long attempts() {
    return owner
        .sql("select coalesce(sum(attempts), 0) from consuming.inbox_state")
        .query(Long.class)
        .single();
  }

  /**
   * Events whose number is not above that of their aggregate's earlier versions; should be none.
   */
  public List<UUID> outOfOrder(String consumer) {
    return owner
        .sql(
            """
            select message_id from (
              select message_id, applied_seq,
                     max(applied_seq) over (partition by aggregate_id order by aggregate_version
                       rows between unbounded preceding and 1 preceding) as before
              from consuming.inbox_state where consumer = ? and aggregate_version is not null) judged
            where applied_seq <= before
            """)
        .param(consumer)
        .query(UUID.class)
        .list();
  }

  @Override
  public void close() {
    database.drop();
  }
}
