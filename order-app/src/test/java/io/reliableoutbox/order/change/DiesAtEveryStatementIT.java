package io.reliableoutbox.order.change;

import static io.reliableoutbox.order.RunningOrderApp.ORDER;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.order.Answer;
import io.reliableoutbox.order.Ledger;
import io.reliableoutbox.order.RunningOrderApp;
import io.reliableoutbox.order.TestSchema;
import io.reliableoutbox.order.change.StatementKiller.Moment;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * W1 and W4: wherever a request dies, orders and outbox agree, and repeating it makes one order.
 */
class DiesAtEveryStatementIT {
  // The key, the order, its lines, the event, the commit.
  private static final int COMMIT_OF_PLACE = 5;
  // The lock, the order, the event, the commit.
  private static final int COMMIT_OF_PAY = 4;

  private static RunningOrderApp app;
  private static StatementKiller killer;
  private static JdbcClient observer;

  @BeforeAll
  static void start() {
    var database = TestSchema.fresh();
    app = RunningOrderApp.on(database, List.of(StatementKiller.class));
    killer = app.part(StatementKiller.class);
    observer = TestSchema.observer(database);
  }

  @AfterAll
  static void stop() {
    app.close();
  }

  @ParameterizedTest
  @EnumSource
  void placing_leaves_an_order_with_its_event_or_nothing(Moment moment) {
    int statement = 1;
    for (; ; statement++) {
      String key = UUID.randomUUID().toString();
      long orders = Ledger.orders(observer);
      killer.arm(statement, moment, DiesAtEveryStatementIT::terminate);
      Answer lost = app.place(ORDER, "Idempotency-Key", key);
      if (!killer.struck()) {
        break;
      }
      // Only after the commit itself may the answer be that it worked.
      assertThat(lost.status()).isIn(201, 503);
      assertThat(Ledger.disagreements(observer)).isEmpty();
      long stored = Ledger.orders(observer) - orders;
      boolean committedUnseen = moment == Moment.ANSWER_LOST && statement == COMMIT_OF_PLACE;
      assertThat(stored).isEqualTo(lost.status() == 201 || committedUnseen ? 1 : 0);

      Answer retry = app.place(ORDER, "Idempotency-Key", key);
      assertThat(retry.status()).isEqualTo(stored == 1 ? 200 : 201);
      assertThat(Ledger.orders(observer)).isEqualTo(orders + 1);
      assertThat(Ledger.disagreements(observer)).isEmpty();
    }
    assertThat(statement - 1).as("statements struck").isEqualTo(COMMIT_OF_PLACE);
  }

  @ParameterizedTest
  @EnumSource
  void paying_changes_the_order_with_its_event_or_nothing(Moment moment) {
    int statement = 1;
    for (; ; statement++) {
      String id = app.placed();
      killer.arm(statement, moment, DiesAtEveryStatementIT::terminate);
      Answer lost = app.post("/orders/" + id + "/pay");
      if (!killer.struck()) {
        break;
      }
      assertThat(lost.status()).isIn(200, 503);
      boolean committedUnseen = moment == Moment.ANSWER_LOST && statement == COMMIT_OF_PAY;
      assertThat(Ledger.disagreements(observer)).isEmpty();
      assertThat(app.get("/orders/" + id).text("status"))
          .isEqualTo(lost.status() == 200 || committedUnseen ? "PAID" : "CREATED");

      assertThat(app.post("/orders/" + id + "/pay").text("version")).isEqualTo("2");
      assertThat(Ledger.disagreements(observer)).isEmpty();
    }
    assertThat(statement - 1).as("statements struck").isEqualTo(COMMIT_OF_PAY);
  }

  @Test
  void the_comparison_sees_an_order_without_its_event_and_an_event_without_its_order() {
    UUID naive = UUID.randomUUID();
    observer
        .sql(
            """
            insert into ordering.orders (id, status, version, customer_id, currency, total, created_at)
            values (:id, 'CREATED', 1, 'c', 'EUR', 0, now())
            """)
        .param("id", naive)
        .update();
    observer
        .sql(
            """
            insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
            values ('order', 'nobody', 1, 'order.created', '{}')
            """)
        .update();
    assertThat(Ledger.disagreements(observer))
        .containsExactlyInAnyOrder("no event: " + naive + " 1", "no order: nobody 1");
    observer.sql("delete from ordering.orders where id = :id").param("id", naive).update();
    observer.sql("delete from ordering.outbox where aggregate_id = 'nobody'").update();
  }

  private static void terminate(int pid) {
    observer.sql("select pg_terminate_backend(:pid)").param("pid", pid).query().singleRow();
    await()
        .until(
            () ->
                observer
                    .sql("select count(*) = 0 from pg_stat_activity where pid = :pid")
                    .param("pid", pid)
                    .query(Boolean.class)
                    .single());
  }
}
