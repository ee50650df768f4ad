package io.reliableoutbox.lab.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

class FreshDatabaseIT {
  @Test
  void migrates_once_and_copies() throws SQLException {
    var migrations = new AtomicInteger();
    Consumer<TestDatabase> migrate =
        database -> {
          migrations.incrementAndGet();
          database.execute("create table migrated (id int)");
        };
    var one = TestInfrastructure.freshDatabase(migrate);
    var other = TestInfrastructure.freshDatabase(migrate);
    one.execute("insert into migrated values (1)");

    assertThat(migrations).hasValue(1);
    assertThat(rows(one)).isEqualTo(1);
    assertThat(rows(other)).isZero();
    one.drop();
    other.drop();
  }

  @Test
  void one_server_serves_the_whole_jvm() {
    assertThat(TestInfrastructure.database()).isSameAs(TestInfrastructure.database());
    assertThat(TestInfrastructure.broker()).isSameAs(TestInfrastructure.broker());
  }

  private static int rows(TestDatabase database) throws SQLException {
    try (var connection = database.dataSource().getConnection();
        var result =
            connection.createStatement().executeQuery("select count(*)::int from migrated")) {
      result.next();
      return result.getInt(1);
    }
  }
}
