package io.reliableoutbox.order.store;

import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderLine;
import io.reliableoutbox.order.OrderStatus;
import java.math.BigDecimal;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.UUID;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.springframework.jdbc.core.RowMapper;

/** A row of {@code ordering.orders} with its lines beside it as arrays. */
final class OrderRow implements RowMapper<Order> {
  @Override
  public Order mapRow(ResultSet row, int rowNumber) throws SQLException {
    return new Order(
        row.getObject("id", UUID.class),
        row.getString("customer_id"),
        OrderStatus.valueOf(row.getString("status")),
        row.getLong("version"),
        row.getString("currency"),
        row.getBigDecimal("total"),
        lines(row),
        row.getObject("created_at", OffsetDateTime.class).toInstant(),
        instant(row, "paid_at"),
        instant(row, "shipped_at"),
        instant(row, "cancelled_at"));
  }

  private static List<OrderLine> lines(ResultSet row) throws SQLException {
    var skus = (String[]) row.getArray("skus").getArray();
    var quantities = (Integer[]) row.getArray("quantities").getArray();
    var unitPrices = (BigDecimal[]) row.getArray("unit_prices").getArray();
    return IntStream.range(0, skus.length)
        .mapToObj(i -> new OrderLine(skus[i], quantities[i], unitPrices[i]))
        .toList();
  }

  private static @Nullable Instant instant(ResultSet row, String column) throws SQLException {
    OffsetDateTime time = row.getObject(column, OffsetDateTime.class);
    return time == null ? null : time.toInstant();
  }
}
