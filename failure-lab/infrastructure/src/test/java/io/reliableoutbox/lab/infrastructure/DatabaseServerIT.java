package io.reliableoutbox.lab.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.sql.DriverManager;
import java.sql.SQLException;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class DatabaseServerIT {
  private static DatabaseServer server;

  @BeforeAll
  static void start() {
    server =
        Infrastructure.database(
            TestInfrastructure.choice(), new Options(null, /* durable= */ true));
  }

  @AfterAll
  static void close() {
    server.close();
    assertThat(server.running()).isFalse();
  }

  @Test
  void data_and_address_outlive_kill_and_stop() throws SQLException {
    var address = server.address();
    execute("create table kept (id int)");

    execute("insert into kept values (1)");
    server.kill();
    assertThat(server.running()).isFalse();
    assertThatThrownBy(() -> execute("select 1")).isInstanceOf(SQLException.class);
    server.start();

    execute("insert into kept values (2)");
    server.stop();
    assertThat(server.running()).isFalse();
    server.start();

    assertThat(server.address()).isEqualTo(address);
    assertThat(execute("insert into kept select id + 2 from kept")).isEqualTo(2);
  }

  @Test
  void paused_it_does_not_answer_and_resumed_it_does() throws SQLException {
    server.pause();
    try {
      assertThatThrownBy(() -> execute("select 1")).isInstanceOf(SQLException.class);
      assertThat(server.running()).isTrue();
    } finally {
      server.resume();
    }
    execute("select 1");
  }

  @Test
  void a_wrong_password_is_refused() {
    assertThatThrownBy(
            () -> DriverManager.getConnection(server.jdbcUrl("postgres"), "postgres", "wrong"))
        .hasMessageContaining("password authentication failed");
  }

  private static int execute(String sql) throws SQLException {
    var url = server.jdbcUrl("postgres") + "?socketTimeout=2";
    try (var connection = DriverManager.getConnection(url, server.superuser(), server.password());
        var statement = connection.createStatement()) {
      statement.execute(sql);
      return statement.getUpdateCount();
    }
  }
}
