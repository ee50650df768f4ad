package io.reliableoutbox.consumer.analytics;

import io.reliableoutbox.consumer.inbox.Effect;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Outcome;
import io.reliableoutbox.consumer.order.OrderEvents;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import java.util.function.Function;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Counts orders and revenue, placed and cancelled. Adding twice would be wrong and nothing here
 * would notice: that each event is added once is the inbox's doing alone.
 */
@Component
class AnalyticsEffect implements Effect<Sale> {
  private static final Outcome COUNTED = new Outcome("COUNTED");
  private final JdbcClient jdbc;

  AnalyticsEffect(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String consumer() {
    return "analytics";
  }

  @Override
  public Sale read(Event event) {
    return Sale.of(OrderEvents.read(event));
  }

  @Override
  @Transactional(propagation = Propagation.MANDATORY)
  public List<Outcome> apply(List<Sale> sales) {
    // Everybody adds to today's row: once a batch, and sorted, or competing processes deadlock.
    var sums = new TreeMap<Sale.Key, Sale>();
    sales.stream()
        .filter(sale -> !sale.isNothing())
        .forEach(sale -> sums.merge(sale.key(), sale, Sale::plus));
    if (!sums.isEmpty()) {
      add(sums.values());
    }
    return sales.stream().map(sale -> sale.isNothing() ? Outcome.NOTHING_TO_DO : COUNTED).toList();
  }

  private void add(Collection<Sale> sums) {
    jdbc.sql(
            """
            insert into consuming.daily_revenue as known (day, currency, orders, revenue, cancelled_orders, cancelled_revenue)
            select * from unnest(:days::date[], :currencies::text[], :orders::bigint[], :revenue::numeric[],
                                 :cancelledOrders::bigint[], :cancelledRevenue::numeric[])
            on conflict (day, currency) do update set
              orders = known.orders + excluded.orders,
              revenue = known.revenue + excluded.revenue,
              cancelled_orders = known.cancelled_orders + excluded.cancelled_orders,
              cancelled_revenue = known.cancelled_revenue + excluded.cancelled_revenue
            """)
        .param("days", column(sums, sale -> sale.key().day()))
        .param("currencies", column(sums, sale -> sale.key().currency()))
        .param("orders", column(sums, Sale::orders))
        .param("revenue", column(sums, Sale::revenue))
        .param("cancelledOrders", column(sums, Sale::cancelledOrders))
        .param("cancelledRevenue", column(sums, Sale::cancelledRevenue))
        .update();
  }

  private static String[] column(Collection<Sale> sums, Function<Sale, Object> field) {
    return sums.stream().map(field).map(String::valueOf).toArray(String[]::new);
  }
}
