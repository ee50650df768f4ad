package io.reliableoutbox.consumer.inventory;

import io.reliableoutbox.consumer.inbox.Effect;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Outcome;
import io.reliableoutbox.consumer.inventory.StockTable.Reservation;
import io.reliableoutbox.consumer.order.OrderEvent;
import io.reliableoutbox.consumer.order.OrderEvents;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.springframework.stereotype.Component;
import org.springframework.transaction.annotation.Propagation;
import org.springframework.transaction.annotation.Transactional;

/**
 * Reserves an order's articles when it is created, all or none, and gives them back when it is
 * cancelled. An order that can't be served is applied with that outcome: it is no failure.
 */
@Component
class InventoryEffect implements Effect<StockChange> {
  private final StockTable table;

  InventoryEffect(StockTable table) {
    this.table = table;
  }

  @Override
  public String consumer() {
    return "inventory";
  }

  @Override
  public StockChange read(Event event) {
    return StockChange.of(OrderEvents.read(event));
  }

  @Override
  @Transactional(propagation = Propagation.MANDATORY)
  public List<Outcome> apply(List<StockChange> changes) {
    List<StockChange> moving = changes.stream().filter(InventoryEffect::moves).toList();
    if (moving.isEmpty()) {
      return changes.stream().map(change -> Outcome.NOTHING_TO_DO).toList();
    }
    List<Reservation> before =
        table.reservations(moving.stream().map(StockChange::orderId).distinct().toList());
    var shelf = new Shelf(table.lock(skus(moving, before)), byOrder(before));
    List<Outcome> outcomes = changes.stream().map(shelf::apply).toList();
    write(before, shelf);
    return outcomes;
  }

  private static boolean moves(StockChange change) {
    return change.change() == OrderEvent.Change.CREATED
        || change.change() == OrderEvent.Change.CANCELLED;
  }

  private static Set<String> skus(List<StockChange> changes, List<Reservation> reservations) {
    return Stream.concat(
            changes.stream().flatMap(change -> change.quantities().keySet().stream()),
            reservations.stream().map(Reservation::sku))
        .collect(Collectors.toSet());
  }

  private static Map<String, Map<String, Long>> byOrder(List<Reservation> reservations) {
    return reservations.stream()
        .collect(
            Collectors.groupingBy(
                Reservation::orderId, Collectors.toMap(Reservation::sku, Reservation::quantity)));
  }

  private void write(List<Reservation> before, Shelf shelf) {
    Set<Reservation> known = Set.copyOf(before);
    Set<Reservation> after =
        shelf.reserved().entrySet().stream()
            .flatMap(order -> reservations(order.getKey(), order.getValue()))
            .collect(Collectors.toSet());
    table.write(shelf.available());
    table.delete(known.stream().filter(reservation -> !after.contains(reservation)).toList());
    table.insert(after.stream().filter(reservation -> !known.contains(reservation)).toList());
  }

  private static Stream<Reservation> reservations(String orderId, Map<String, Long> quantities) {
    return quantities.entrySet().stream()
        .map(quantity -> new Reservation(orderId, quantity.getKey(), quantity.getValue()));
  }
}
