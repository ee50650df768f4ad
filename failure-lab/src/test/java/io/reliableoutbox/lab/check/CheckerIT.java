package io.reliableoutbox.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker against tables in which something went wrong: each must be found, and named. */
class CheckerIT {
  private static final String ORDER = "00000000-0000-0000-0000-000000000001";
  @TempDir private Path folder;
  private TestDatabase database;

  @BeforeEach
  void an_order_with_two_versions_applied_everywhere() throws IOException {
    database = TestInfrastructure.freshDatabase(fresh -> Migrations.migrate(fresh.dataSource()));
    database.execute(
        "insert into ordering.orders (id, status, version, customer_id, currency, total, created_at, paid_at)"
            + " values ('"
            + ORDER
            + "', 'PAID', 2, 'c', 'EUR', 1, now(), now())");
    for (String consumer : new String[] {"email", "inventory", "analytics"}) {
      applied(consumer, 1, 1);
      applied(consumer, 2, 2);
    }
    acknowledged(ORDER + ",1,t\n" + ORDER + ",2,t\n");
  }

  @AfterEach
  void drop() {
    database.drop();
  }

  @Test
  void where_all_is_well_nothing_is_found() {
    assertThat(check().allEmpty()).isTrue();
    assertThat(check().effects()).isEqualTo(6);
  }

  @Test
  void an_acknowledged_event_without_its_effect_is_lost() {
    database.execute(
        "delete from consuming.inbox where consumer = 'email' and aggregate_version = 2");
    assertThat(check().lost()).containsExactly("email " + ORDER + " 2");
  }

  @Test
  void an_event_that_is_only_held_or_parked_is_lost_too() {
    database.execute(
        "update consuming.inbox set state = 'HELD', applied_at = null, applied_seq = null, outcome = null,"
            + " origin = 'x', headers = '{}', body = '' where consumer = 'email' and aggregate_version = 2");
    assertThat(check().lost()).containsExactly("email " + ORDER + " 2");
  }

  @Test
  void an_acknowledged_order_that_was_never_committed_is_lost() throws IOException {
    acknowledged("00000000-0000-0000-0000-00000000000f,1,t\n");
    assertThat(check().lost()).hasSize(3);
  }

  @Test
  void an_effect_without_a_committed_order_is_unexpected() {
    applied("inventory", 3, 3);
    assertThat(check().unexpected()).containsExactly("inventory " + ORDER + " 3");
  }

  @Test
  void a_second_effect_of_the_same_event_is_found() {
    applied("analytics", 2, 3);
    assertThat(check().duplicateEffects()).containsExactly("analytics " + ORDER + " 2");
  }

  @Test
  void an_effect_before_that_of_its_predecessor_is_out_of_order() {
    database.execute(
        "update consuming.inbox set applied_seq = 0 where consumer = 'email' and aggregate_version = 2");
    assertThat(check().outOfOrder()).containsExactly("email " + ORDER + " 2");
  }

  @Test
  void a_sale_that_was_counted_twice_is_found() {
    database.execute(
        "insert into consuming.daily_revenue (day, currency, orders) values (current_date, 'EUR', 1)");
    assertThat(check().duplicateEffects()).containsExactly("analytics counts 1 orders of 0");
  }

  private Findings check() {
    return new Checker(database.dataSource()).check(folder.resolve("acknowledged.csv"));
  }

  private void acknowledged(String lines) throws IOException {
    Files.writeString(
        folder.resolve("acknowledged.csv"), "order_id,version,acknowledged_at\n" + lines);
  }

  private void applied(String consumer, int version, int seq) {
    database.execute(
        """
        insert into consuming.inbox (consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version,
                                     event_type, applied_at, applied_seq, outcome)
        values ('%s', gen_random_uuid(), 'APPLIED', 'order', '%s', %d, 'order.changed', now(), %d, 'x')
        """
            .formatted(consumer, ORDER, version, seq));
  }
}
