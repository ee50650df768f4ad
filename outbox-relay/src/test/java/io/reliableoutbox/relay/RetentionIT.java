package io.reliableoutbox.relay;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.relay.outbox.Retention;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class RetentionIT {
  private OutboxFixture outbox;

  @BeforeEach
  void start() {
    outbox = new OutboxFixture();
  }

  @AfterEach
  void stop() {
    outbox.close();
  }

  @Test
  void only_what_was_published_long_enough_ago_is_removed() {
    outbox.insertMany(6, 6);
    published(1, "8 days");
    published(2, "8 days");
    published(3, "6 days");
    parked(4);
    Retention retention = new Retention(outbox.sql);

    Retention.Removed first = retention.removeOlderThan(Duration.ofDays(7), 0, 1);
    assertThat(first).isEqualTo(new Retention.Removed(1, 1, true));
    assertThat(retention.removeOlderThan(Duration.ofDays(7), first.position(), 1000).rows())
        .isEqualTo(1);
    assertThat(retention.removeOlderThan(Duration.ofDays(7), 0, 1000).rows()).isZero();
    assertThat(outbox.sql.sql("select position from outbox order by 1").query(Long.class).list())
        .containsExactly(3L, 4L, 5L, 6L);
    assertThat(
            outbox
                .sql
                .sql("select position from outbox_delivery order by 1")
                .query(Long.class)
                .list())
        .containsExactly(3L, 4L, 5L, 6L);
  }

  private void published(long position, String ago) {
    outbox
        .sql
        .sql(
            "update outbox_delivery set state = 'PUBLISHED', settled_at = now() - cast(:ago as interval) where position = :position")
        .param("ago", ago)
        .param("position", position)
        .update();
  }

  private void parked(long position) {
    outbox
        .sql
        .sql(
            "update outbox_delivery set state = 'PARKED', last_error = 'x', first_failed_at = now() - interval '9 days' where position = :position")
        .param("position", position)
        .update();
  }
}
