package io.reliableoutbox.relay;

import static org.awaitility.Awaitility.await;

/** How many entries of the outbox's indexes were read in all. To be asked when no relay runs. */
record IndexReads(OutboxFixture outbox) {
  private static final String RELAYS =
      "from pg_stat_activity where datname = current_database() and usename = 'outbox_relay'";

  long ofAll() {
    return sum("schemaname = 'ordering'");
  }

  long of(String index) {
    return sum("indexrelname = '" + index + "'");
  }

  private long sum(String which) {
    endSessions();
    return number("select sum(idx_tup_read) from pg_stat_user_indexes where " + which);
  }

  // What a session read is counted for certain only once it has ended.
  private void endSessions() {
    outbox.sql.sql("select pg_terminate_backend(pid) " + RELAYS).query((row, n) -> 0).list();
    await().until(() -> number("select count(*) " + RELAYS) == 0);
  }

  private long number(String query) {
    return outbox.sql.sql(query).query(Long.class).single();
  }
}
