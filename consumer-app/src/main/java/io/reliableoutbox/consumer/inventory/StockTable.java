package io.reliableoutbox.consumer.inventory;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Stock and reservations in SQL, many at a time. To be called within a transaction. */
@Component
class StockTable {
  private final JdbcClient jdbc;

  StockTable(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  /** So many of an article for an order. */
  record Reservation(String orderId, String sku, long quantity) {}

  /** The orders' reservations. They need no lock: an order's events come one after the other. */
  List<Reservation> reservations(Collection<String> orderIds) {
    return jdbc.sql(
            "select order_id, sku, quantity from consuming.reservation where order_id = any(:orders::text[])")
        .param("orders", orderIds.toArray(String[]::new))
        .query(Reservation.class)
        .list();
  }

  /** Locks the articles, in one order for everybody, and returns what is available of them. */
  Map<String, Long> lock(Collection<String> skus) {
    return jdbc
        .sql(
            """
            select sku, available from consuming.stock
            where sku = any(:skus::text[])
            order by sku
            for update
            """)
        .param("skus", skus.toArray(String[]::new))
        .query(StockTable::available)
        .list()
        .stream()
        .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
  }

  void write(Map<String, Long> available) {
    List<String> skus = List.copyOf(available.keySet());
    jdbc.sql(
            """
            update consuming.stock s set available = n.available
            from unnest(:skus::text[], :available::bigint[]) as n(sku, available)
            where s.sku = n.sku and s.available <> n.available
            """)
        .param("skus", skus.toArray(String[]::new))
        .param("available", skus.stream().map(available::get).toArray(Long[]::new))
        .update();
  }

  void delete(Collection<Reservation> reservations) {
    if (reservations.isEmpty()) {
      return;
    }
    jdbc.sql("delete from consuming.reservation where order_id = any(:orders::text[])")
        .param(
            "orders",
            reservations.stream().map(Reservation::orderId).distinct().toArray(String[]::new))
        .update();
  }

  void insert(List<Reservation> reservations) {
    if (reservations.isEmpty()) {
      return;
    }
    jdbc.sql(
            """
            insert into consuming.reservation (order_id, sku, quantity)
            select * from unnest(:orders::text[], :skus::text[], :quantities::bigint[])
            """)
        .param("orders", reservations.stream().map(Reservation::orderId).toArray(String[]::new))
        .param("skus", reservations.stream().map(Reservation::sku).toArray(String[]::new))
        .param("quantities", reservations.stream().map(Reservation::quantity).toArray(Long[]::new))
        .update();
  }

  private static Map.Entry<String, Long> available(ResultSet row, int number) throws SQLException {
    return Map.entry(row.getString("sku"), row.getLong("available"));
  }
}
