package io.reliableoutbox.db;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;

class MigrationsIT {
  private final TestDatabase database = TestInfrastructure.freshDatabase();
  private final JdbcClient sql = JdbcClient.create(database.dataSource());

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void migrating_again_changes_nothing() {
    assertThat(Migrations.migrate(database.dataSource()).migrationsExecuted).isGreaterThan(0);
    assertThat(Migrations.migrate(database.dataSource()).migrationsExecuted).isZero();
  }

  @Test
  void two_migrators_at_once_take_turns_and_each_migration_runs_once() {
    int executed =
        Stream.generate(
                () ->
                    CompletableFuture.supplyAsync(
                        () -> Migrations.migrate(database.dataSource()).migrationsExecuted))
            .limit(2)
            .toList()
            .stream()
            .mapToInt(CompletableFuture::join)
            .sum();
    // Flyway's lock is held for one migration at a time, so both may have had some of them.
    assertThat(number("select count(*) from public.flyway_schema_history")).isEqualTo(executed);
    assertThat(Migrations.migrate(database.dataSource()).migrationsExecuted).isZero();
  }

  @Test
  void the_number_of_buckets_is_fixed_when_the_outbox_is_made() {
    Migrations.migrate(database.dataSource(), 8);
    Migrations.migrate(database.dataSource(), 16);
    assertThat(number("select count(*) from ordering.outbox_bucket")).isEqualTo(8);
    assertThat(
            number(
                "select max(ordering.bucket_of(ordering.aggregate_key('a', n::text))) from generate_series(1, 200) n"))
        .isEqualTo(7);
  }

  @Test
  void the_bucket_hash_never_changes() {
    Migrations.migrate(database.dataSource());
    // sha256("5:order4711"), its first eight bytes; computed outside of PostgreSQL.
    assertThat(number("select ordering.aggregate_key('order', '4711')")).isEqualTo(EXPECTED_KEY);
  }

  @Test
  void every_view_function_and_table_has_a_comment_for_people() {
    Migrations.migrate(database.dataSource());
    List<String> silent =
        sql.sql(
                """
                select c.oid::regclass::text from pg_class c
                where c.relkind in ('v', 'r') and obj_description(c.oid, 'pg_class') is null
                  and c.relnamespace in ('ordering'::regnamespace, 'consuming'::regnamespace)
                """)
            .query(String.class)
            .list();
    assertThat(silent).isEmpty();
  }

  private static final long EXPECTED_KEY = expectedKey();

  private static long expectedKey() {
    try {
      byte[] digest =
          java.security.MessageDigest.getInstance("SHA-256")
              .digest("5:order4711".getBytes(java.nio.charset.StandardCharsets.UTF_8));
      return java.nio.ByteBuffer.wrap(digest).getLong();
    } catch (java.security.NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  private long number(String query) {
    return sql.sql(query).query(Long.class).single();
  }
}
