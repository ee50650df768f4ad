package io.reliableoutbox.lab.check;

import static org.assertj.core.api.Assertions.assertThat;

import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The checker against tables in which something went wrong: each must be found, and named. */
class CheckerIT {
  private static final String ORDER = "00000000-0000-0000-0000-000000000001";
  private static final UUID POISON = UUID.fromString("00000000-0000-0000-0000-0000000000aa");
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
    database.execute(
        "insert into ordering.idempotency_key (key, request_hash, order_id) values ('k', sha256('x'), '"
            + ORDER
            + "')");
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
  void an_order_that_no_request_with_a_key_has_made_is_unexpected() {
    database.execute("delete from ordering.idempotency_key");
    assertThat(check().unexpected()).containsExactly("order " + ORDER + " has no Idempotency-Key");
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

  @Test
  void a_change_that_nobody_was_told_of_and_that_never_arrived_is_undelivered() throws IOException {
    acknowledged(ORDER + ",1,t\n");
    database.execute(
        "delete from consuming.inbox where consumer = 'email' and aggregate_version = 2");
    assertThat(check().lost()).isEmpty();
    assertThat(check().undelivered()).containsExactly("email " + ORDER + " 2");
  }

  @Test
  void poison_is_to_be_parked_by_each_consumer_and_nothing_else_is() {
    parked("email", POISON);
    parked("inventory", POISON);
    parked("analytics", POISON);
    assertThat(check(expected().poison(Set.of(POISON))).wronglyParked()).isEmpty();
    assertThat(check().wronglyParked()).hasSize(3);

    var other = UUID.fromString("00000000-0000-0000-0000-0000000000bb");
    assertThat(check(expected().poison(Set.of(POISON, other))).wronglyParked())
        .contains("email " + other + " is not")
        .hasSize(3);
  }

  @Test
  void what_waits_anywhere_is_left_over() {
    database.execute(
        "insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)"
            + " values ('order', 'x', 'order.created', '{}')");
    assertThat(check(expected().queues(Map.of("email.orders", 2L, "email.parking", 0L))).leftOver())
        .hasSize(2)
        .contains("queue email.orders: 2");
  }

  @Test
  void a_mail_that_never_came_is_lost_and_one_that_nobody_recorded_is_unexpected() {
    database.execute(
        """
        insert into consuming.email (message_id, smtp_message_id, recipient, subject, body, state, next_attempt_at, sent_at)
        select message_id, '<' || aggregate_version || '>', 'r', 's', 'b', 'SENT', null, now()
        from consuming.inbox where consumer = 'email'
        """);
    assertThat(check(expected().mails(Set.of("<1>", "<2>"))).allEmpty()).isTrue();
    var findings = check(expected().mails(Set.of("<1>", "<3>")));
    assertThat(findings.lost()).containsExactly("mail <2>");
    assertThat(findings.unexpected()).containsExactly("mail <3>");
  }

  @Test
  void a_reservation_that_is_not_what_was_ordered_is_found() {
    database.execute("insert into ordering.order_lines values ('" + ORDER + "', 1, 'SKU-1', 3, 1)");
    database.execute(
        "update consuming.inbox set outcome = 'RESERVED' where consumer = 'inventory' and aggregate_version = 1");
    assertThat(check().duplicateEffects())
        .containsExactly("inventory " + ORDER + " SKU-1: 0 of 3 are reserved");
    database.execute("insert into consuming.reservation values ('" + ORDER + "', 'SKU-1', 3)");
    assertThat(check().duplicateEffects())
        .containsExactly("inventory SKU-1: 1000000 left and 3 reserved of 1000000");
    database.execute("update consuming.stock set available = available - 3 where sku = 'SKU-1'");
    assertThat(check().allEmpty()).isTrue();
  }

  @Test
  void where_nobody_says_that_all_is_settled_only_effects_are_judged() {
    parked("email", POISON);
    database.execute("update consuming.stock set available = 1 where sku = 'SKU-1'");
    var record = folder.resolve("acknowledged.csv");
    assertThat(check().allEmpty()).isFalse();
    assertThat(new Checker(database.dataSource()).check(record).allEmpty()).isTrue();
  }

  private Findings check() {
    return check(expected());
  }

  private Findings check(Expectations expected) {
    return new Checker(database.dataSource()).check(expected);
  }

  private Expectations expected() {
    return Expectations.settled(folder.resolve("acknowledged.csv"));
  }

  private void parked(String consumer, UUID id) {
    database.execute(
        """
        insert into consuming.inbox (consumer, message_id, state, aggregate_type, aggregate_id, event_type,
                                     reason, last_error, origin, headers, body)
        values ('%s', '%s', 'PARKED', 'poison', 'p', 'order.created', 'PERMANENT', 'e', 'o', '{}', '')
        """
            .formatted(consumer, id));
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
