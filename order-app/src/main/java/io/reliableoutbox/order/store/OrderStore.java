package io.reliableoutbox.order.store;

import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderLine;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Orders and their lines in SQL. Every write belongs into the transaction of its event. */
@Component
public class OrderStore {
  private final JdbcClient jdbc;

  public OrderStore(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** The order as committed. */
  public Optional<Order> find(UUID id) {
    return jdbc.sql(
            """
            select o.*, l.*
            from ordering.orders o
            cross join lateral (
              select array_agg(sku order by line) as skus,
                     array_agg(quantity order by line) as quantities,
                     array_agg(unit_price order by line) as unit_prices
              from ordering.order_lines
              where order_id = o.id) l
            where o.id = :id
            """)
        .param("id", id)
        .query(new OrderRow())
        .optional();
  }

  /**
   * The order, locked until the transaction ends: changes of one order happen one after another, so
   * versions have no gaps and outbox positions grow with them.
   */
  public Optional<Order> lock(UUID id) {
    return jdbc.sql(
            """
            select o.*, l.*
            from ordering.orders o
            cross join lateral (
              select array_agg(sku order by line) as skus,
                     array_agg(quantity order by line) as quantities,
                     array_agg(unit_price order by line) as unit_prices
              from ordering.order_lines
              where order_id = o.id) l
            where o.id = :id
            for no key update of o
            """)
        .param("id", id)
        .query(new OrderRow())
        .optional();
  }

  /** Writes an order that is new. */
  public void insert(Order order) {
    jdbc.sql(
            """
            insert into ordering.orders
              (id, customer_id, status, version, currency, total, created_at)
            values
              (:id, :customerId, :status, :version, :currency, :total, :createdAt)
            """)
        .param("id", order.id())
        .param("customerId", order.customerId())
        .param("status", order.status().name())
        .param("version", order.version())
        .param("currency", order.currency())
        .param("total", order.total())
        .param("createdAt", order.createdAt().atOffset(ZoneOffset.UTC))
        .update();
    insertLines(order.id(), order.lines());
  }

  // All lines in one statement: an order of 100 lines holds its connection no longer than one of 1.
  private void insertLines(UUID orderId, List<OrderLine> lines) {
    jdbc.sql(
            """
            insert into ordering.order_lines (order_id, line, sku, quantity, unit_price)
            select :orderId, line, sku, quantity, unit_price
            from unnest(cast(:skus as text[]), cast(:quantities as integer[]), cast(:unitPrices as numeric[]))
              with ordinality as l(sku, quantity, unit_price, line)
            """)
        .param("orderId", orderId)
        .param("skus", lines.stream().map(OrderLine::sku).toArray(String[]::new))
        .param("quantities", lines.stream().map(OrderLine::quantity).toArray(Integer[]::new))
        .param(
            "unitPrices",
            lines.stream().map(line -> line.unitPrice().toPlainString()).toArray(String[]::new))
        .update();
  }

  /** Writes what a step changed; the caller holds the lock. */
  public void update(Order order) {
    jdbc.sql(
            """
            update ordering.orders
            set status = :status, version = :version,
                paid_at = :paidAt, shipped_at = :shippedAt, cancelled_at = :cancelledAt
            where id = :id
            """)
        .param("id", order.id())
        .param("status", order.status().name())
        .param("version", order.version())
        .param("paidAt", utc(order.paidAt()))
        .param("shippedAt", utc(order.shippedAt()))
        .param("cancelledAt", utc(order.cancelledAt()))
        .update();
  }

  private static @Nullable OffsetDateTime utc(@Nullable Instant time) {
    return time == null ? null : time.atOffset(ZoneOffset.UTC);
  }
}
