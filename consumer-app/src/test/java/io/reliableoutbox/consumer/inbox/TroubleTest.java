package io.reliableoutbox.consumer.inbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.sql.SQLException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.springframework.jdbc.support.SQLExceptionSubclassTranslator;
import org.springframework.transaction.TransactionSystemException;

class TroubleTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "40P01", "40001", "08006", "57P01", "57P03", "53300", "25006", "26000", "55P03", "25P03",
        "57014"
      })
  void conflicts_and_outages_are_nobodys_failure(String sqlState) {
    assertThat(Trouble.isNobodysFailure(translated(sqlState))).isTrue();
  }

  @Test
  void a_rollback_on_a_connection_that_is_gone_is_nobodys_failure() {
    // As the pool says it, without a SQLSTATE.
    var closed = new SQLException("Connection is closed");
    assertThat(Trouble.isNobodysFailure(new TransactionSystemException("rollback failed", closed)))
        .isTrue();
  }

  @ParameterizedTest
  @ValueSource(strings = {"23514", "22P02", "42P01", "25P02"})
  void what_a_message_causes_is_its_own_failure(String sqlState) {
    assertThat(Trouble.isNobodysFailure(translated(sqlState))).isFalse();
  }

  private static Throwable translated(String sqlState) {
    var said = new SQLException("said by PostgreSQL", sqlState);
    var translated = new SQLExceptionSubclassTranslator().translate("test", null, said);
    return translated == null ? new IllegalStateException(said) : translated;
  }
}
