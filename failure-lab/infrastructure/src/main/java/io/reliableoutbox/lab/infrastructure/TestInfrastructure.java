package io.reliableoutbox.lab.infrastructure;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one place that starts infrastructure for tests: one database server and one broker a JVM,
 * each when first asked for, ended with the JVM. Which kind: see {@link Choice#forTests}; each says
 * on standard output what it is. Tests that break a server start one of their own by {@link
 * Infrastructure}, so that they don't break it for others. Thread-safe.
 */
public final class TestInfrastructure {
  private static final Choice CHOICE = Choice.forTests();
  private static final Map<Class<?>, TestDatabase> TEMPLATES = new HashMap<>();
  private static @Nullable DatabaseServer database;
  private static @Nullable BrokerServer broker;

  private TestInfrastructure() {}

  /** Never AUTO. */
  public static Choice choice() {
    return CHOICE;
  }

  public static synchronized DatabaseServer database() {
    if (database == null) {
      database = announced(Infrastructure.database(CHOICE, Options.forTests()));
    }
    return database;
  }

  public static synchronized BrokerServer broker() {
    if (broker == null) {
      broker = announced(Infrastructure.broker(CHOICE, Options.forTests()));
    }
    return broker;
  }

  /** An empty database. */
  public static TestDatabase freshDatabase() {
    return create("template0");
  }

  /**
   * A migrated database. The migration runs once a JVM for each class of {@code migrate} (for a
   * lambda: each place it is written), and the databases are copies of its result.
   */
  public static synchronized TestDatabase freshDatabase(Consumer<TestDatabase> migrate) {
    var template = TEMPLATES.computeIfAbsent(migrate.getClass(), type -> template(migrate));
    return create(template.name());
  }

  private static TestDatabase template(Consumer<TestDatabase> migrate) {
    var template = freshDatabase();
    migrate.accept(template);
    // A template can't be copied while anybody is connected to it.
    administer("alter database \"%s\" with allow_connections false".formatted(template.name()));
    administer(
        "select pg_terminate_backend(pid) from pg_stat_activity where datname = '%s'"
            .formatted(template.name()));
    return template;
  }

  private static TestDatabase create(String template) {
    var name = "test_" + UUID.randomUUID().toString().replace("-", "");
    administer("create database \"%s\" template \"%s\"".formatted(name, template));
    return new TestDatabase(database(), name);
  }

  private static void administer(String sql) {
    var server = database();
    TestDatabase.execute(server.dataSource("postgres", server.superuser(), server.password()), sql);
  }

  private static <S extends Server> S announced(S server) {
    System.out.println("infrastructure: " + server.label());
    Runtime.getRuntime()
        .addShutdownHook(
            new Thread(
                () -> {
                  server.close();
                  Scratch.finish();
                }));
    return server;
  }
}
