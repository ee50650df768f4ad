package io.reliableoutbox.order.change;

import io.reliableoutbox.order.NewOrder;
import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderStep;
import io.reliableoutbox.order.outbox.OutboxWriter;
import io.reliableoutbox.order.store.IdempotencyKeys;
import io.reliableoutbox.order.store.IdempotencyKeys.Earlier;
import io.reliableoutbox.order.store.OrderStore;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Service;
import org.springframework.transaction.annotation.Transactional;

/**
 * The transactions of the order service. Each change of an order is one: it locks the order, writes
 * its next version and appends exactly one event with that version. A crash at any point leaves
 * either all of it or nothing.
 */
@Service
public class Orders {
  private final OrderStore store;
  private final IdempotencyKeys keys;
  private final OutboxWriter outbox;
  private final OrderEvents events;
  private final MessageIds ids;
  private final Clock clock;

  public Orders(
      OrderStore store,
      IdempotencyKeys keys,
      OutboxWriter outbox,
      OrderEvents events,
      MessageIds ids,
      Clock clock) {
    this.store = store;
    this.keys = keys;
    this.outbox = outbox;
    this.events = events;
    this.ids = ids;
    this.clock = clock;
  }

  /** Makes an order, or finds the one that an earlier request with this key has made. */
  @Transactional
  public Placement place(NewOrder wanted, @Nullable String key) {
    UUID id = ids.next();
    if (key != null) {
      // First of all: a request that arrives together with its twin waits here, not later.
      String hash = RequestHash.of(wanted);
      Optional<Earlier> earlier = keys.claim(key, hash, id);
      if (earlier.isPresent()) {
        return repeated(earlier.get(), hash);
      }
    }
    Order order = Order.place(id, wanted, now());
    store.insert(order);
    outbox.append(events.of(order, order.createdAt()));
    return new Placement.Placed(order);
  }

  private Placement repeated(Earlier earlier, String hash) {
    return earlier.isSameRequest(hash)
        ? new Placement.Repeated(store.find(earlier.orderId()).orElseThrow())
        : new Placement.KeyReused();
  }

  /** Takes a step in an order's life; one that has happened already changes nothing. */
  @Transactional
  public Change change(UUID id, OrderStep step) {
    Order order = store.lock(id).orElse(null);
    if (order == null) {
      return new Change.NoSuchOrder();
    }
    if (step.hasHappenedIn(order.status())) {
      return new Change.AlreadyDone(order);
    }
    if (!step.isAllowedFrom(order.status())) {
      return new Change.Forbidden(order);
    }
    Instant now = now();
    Order changed = order.after(step, now);
    store.update(changed);
    outbox.append(events.of(changed, now));
    return new Change.Done(changed);
  }

  /** The order as committed. */
  @Transactional(readOnly = true)
  public Optional<Order> find(UUID id) {
    return store.find(id);
  }

  // PostgreSQL keeps microseconds; what is answered now equals what is read later.
  private Instant now() {
    return clock.instant().truncatedTo(ChronoUnit.MICROS);
  }
}
