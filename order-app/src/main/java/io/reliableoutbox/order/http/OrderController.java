package io.reliableoutbox.order.http;

import io.reliableoutbox.order.NewOrder;
import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderStep;
import io.reliableoutbox.order.change.Change;
import io.reliableoutbox.order.change.Orders;
import io.reliableoutbox.order.change.Placement;
import jakarta.servlet.http.HttpServletRequest;
import java.net.URI;
import java.util.UUID;
import java.util.regex.Pattern;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/**
 * The HTTP API. Every answer stands on a commit: a 201 means that the order and its event are
 * stored. A client that got no answer repeats the request with its Idempotency-Key.
 */
@RestController
@RequestMapping(path = "/orders", produces = MediaType.APPLICATION_JSON_VALUE)
class OrderController {
  // UUID.fromString also takes "1-1-1-1-1".
  private static final Pattern UUID_TEXT =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final Orders orders;
  private final RequestBodyReader bodies;
  private final OrderMeters meters;

  OrderController(Orders orders, RequestBodyReader bodies, OrderMeters meters) {
    this.orders = orders;
    this.bodies = bodies;
    this.meters = meters;
  }

  @PostMapping(consumes = MediaType.APPLICATION_JSON_VALUE)
  ResponseEntity<?> place(HttpServletRequest request) {
    String key = RequestHeaders.idempotencyKey(request);
    NewOrder wanted = NewOrderReader.read(bodies.read(request));
    Placement placement = orders.place(wanted, key);
    meters.count(placement);
    if (placement instanceof Placement.Placed placed) {
      return ResponseEntity.created(location(placed.order())).body(OrderAnswer.of(placed.order()));
    }
    if (placement instanceof Placement.Repeated repeated) {
      return ResponseEntity.ok()
          .location(location(repeated.order()))
          .body(OrderAnswer.of(repeated.order()));
    }
    return Problems.keyReused();
  }

  @GetMapping("/{id}")
  ResponseEntity<?> get(@PathVariable String id) {
    Order order = orders.find(uuid(id)).orElse(null);
    return order == null ? Problems.noSuchOrder(id) : ResponseEntity.ok(OrderAnswer.of(order));
  }

  @PostMapping("/{id}/pay")
  ResponseEntity<?> pay(@PathVariable String id) {
    return change(id, OrderStep.PAY);
  }

  @PostMapping("/{id}/ship")
  ResponseEntity<?> ship(@PathVariable String id) {
    return change(id, OrderStep.SHIP);
  }

  @PostMapping("/{id}/cancel")
  ResponseEntity<?> cancel(@PathVariable String id) {
    return change(id, OrderStep.CANCEL);
  }

  private ResponseEntity<?> change(String id, OrderStep step) {
    Change change = orders.change(uuid(id), step);
    meters.count(step, change);
    if (change instanceof Change.Done done) {
      return ResponseEntity.ok(OrderAnswer.of(done.order()));
    }
    if (change instanceof Change.AlreadyDone already) {
      return ResponseEntity.ok(OrderAnswer.of(already.order()));
    }
    return change instanceof Change.Forbidden forbidden
        ? Problems.forbidden(step, forbidden.order())
        : Problems.noSuchOrder(id);
  }

  private static UUID uuid(String id) {
    if (!UUID_TEXT.matcher(id).matches()) {
      throw new InvalidRequest("id", "must be a UUID");
    }
    return UUID.fromString(id);
  }

  // Relative, so that it holds behind any proxy.
  private static URI location(Order order) {
    return URI.create("/orders/" + order.id());
  }
}
