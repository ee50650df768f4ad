package io.reliableoutbox.lab.naive;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.Map;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

/** The naive service's orders: one transaction a change, and no outbox row in it. Thread-safe. */
record NaiveOrders(PGSimpleDataSource database) {
  private static final String CREATE =
      """
      with input as (select ?::json as order, gen_random_uuid() as id),
      lines as (
        select input.id, row_number() over () as line, l.* from input
        cross join lateral json_to_recordset(input.order -> 'lines') as l(sku text, quantity integer, "unitPrice" numeric)),
      created as (
        insert into ordering.orders (id, status, version, customer_id, currency, total, created_at)
        select id, 'CREATED', 1, input.order ->> 'customerId', input.order ->> 'currency',
               (select sum(quantity * "unitPrice") from lines), clock_timestamp()
        from input returning id),
      written as (
        insert into ordering.order_lines (order_id, line, sku, quantity, unit_price)
        select id, line, sku, quantity, "unitPrice" from lines)
      select id from created
      """;

  private static final Map<String, String> CHANGES =
      Map.of(
          "pay", "status = 'PAID', paid_at = clock_timestamp()",
          "ship", "status = 'SHIPPED', shipped_at = clock_timestamp()",
          "cancel", "status = 'CANCELLED', cancelled_at = clock_timestamp()");

  private static final String EVENT =
      """
      select version, 'order.' || lower(status), json_build_object(
        'orderId', id, 'customerId', customer_id, 'version', version, 'status', status,
        'currency', currency, 'total', total::text,
        'lines', (select json_agg(json_build_object('sku', sku, 'quantity', quantity, 'unitPrice', unit_price::text))
                  from ordering.order_lines where order_id = id),
        'occurredAt', to_char(clock_timestamp() at time zone 'utc', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'))::text
      from ordering.orders where id = ?::uuid
      """;

  static NaiveOrders from(Map<String, String> environment) {
    var source = new PGSimpleDataSource();
    source.setUrl(environment.get("SPRING_DATASOURCE_URL"));
    source.setUser(environment.get("SPRING_DATASOURCE_USERNAME"));
    source.setPassword(environment.get("SPRING_DATASOURCE_PASSWORD"));
    return new NaiveOrders(source);
  }

  Wire create(String json) throws SQLException {
    try (var connection = transaction();
        var insert = connection.prepareStatement(CREATE)) {
      insert.setString(1, json);
      return commit(connection, id(insert));
    }
  }

  Wire change(String id, String change) throws SQLException {
    var sql =
        "update ordering.orders set version = version + 1, %s where id = ?::uuid returning id"
            .formatted(CHANGES.get(change));
    try (var connection = transaction();
        var update = connection.prepareStatement(sql)) {
      update.setString(1, id);
      return commit(connection, id(update));
    }
  }

  private Connection transaction() throws SQLException {
    var connection = database.getConnection();
    connection.setAutoCommit(false);
    return connection;
  }

  private static Wire commit(Connection connection, String id) throws SQLException {
    try (var query = connection.prepareStatement(EVENT)) {
      query.setString(1, id);
      try (var row = query.executeQuery()) {
        row.next();
        var event =
            new Wire(
                UUID.randomUUID().toString(),
                "order",
                id,
                row.getLong(1),
                row.getString(2),
                row.getString(3));
        connection.commit();
        return event;
      }
    }
  }

  private static String id(PreparedStatement statement) throws SQLException {
    try (var rows = statement.executeQuery()) {
      if (!rows.next()) {
        throw new SQLException("no such order");
      }
      return rows.getString(1);
    }
  }
}
