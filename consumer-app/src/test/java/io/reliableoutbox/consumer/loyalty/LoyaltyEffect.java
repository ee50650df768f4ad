package io.reliableoutbox.consumer.loyalty;

import io.reliableoutbox.consumer.inbox.Effect;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Outcome;
import io.reliableoutbox.consumer.order.OrderEvent;
import io.reliableoutbox.consumer.order.OrderEvents;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** A point for each paid order. */
@Component
class LoyaltyEffect implements Effect<OrderEvent> {
  private static final Outcome POINT_GIVEN = new Outcome("POINT_GIVEN");
  private final JdbcClient jdbc;

  LoyaltyEffect(JdbcClient jdbc) {
    this.jdbc = jdbc;
  }

  @Override
  public String consumer() {
    return "loyalty";
  }

  @Override
  public OrderEvent read(Event event) {
    return OrderEvents.read(event);
  }

  @Override
  public List<Outcome> apply(List<OrderEvent> events) {
    Map<String, Long> points = new TreeMap<>();
    events.stream()
        .filter(LoyaltyEffect::isPaid)
        .forEach(event -> points.merge(event.customerId(), 1L, Long::sum));
    jdbc.sql(
            """
            insert into consuming.loyalty as known (customer_id, points)
            select * from unnest(:customers::text[], :points::bigint[])
            on conflict (customer_id) do update set points = known.points + excluded.points
            """)
        .param("customers", points.keySet().toArray(String[]::new))
        .param("points", points.values().toArray(Long[]::new))
        .update();
    return events.stream().map(e -> isPaid(e) ? POINT_GIVEN : Outcome.NOTHING_TO_DO).toList();
  }

  private static boolean isPaid(OrderEvent event) {
    return event.change() == OrderEvent.Change.PAID;
  }
}
