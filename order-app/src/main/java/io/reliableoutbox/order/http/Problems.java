package io.reliableoutbox.order.http;

import io.reliableoutbox.order.Order;
import io.reliableoutbox.order.OrderStep;
import java.util.List;
import java.util.Locale;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ProblemDetail;
import org.springframework.http.ResponseEntity;

/** The problem documents (RFC 9457) of this API. */
final class Problems {
  private Problems() {}

  static ResponseEntity<ProblemDetail> noSuchOrder(String id) {
    return of(HttpStatus.NOT_FOUND, "There is no order " + id + ".");
  }

  static ResponseEntity<ProblemDetail> keyReused() {
    return of(
        HttpStatus.UNPROCESSABLE_CONTENT,
        "This Idempotency-Key was used for another order; a new order needs a new key.",
        List.of(new FieldError(RequestHeaders.IDEMPOTENCY_KEY, "was used for another order")));
  }

  static ResponseEntity<ProblemDetail> forbidden(OrderStep step, Order order) {
    return of(
        HttpStatus.CONFLICT,
        "The order is %s; it can't be asked to %s."
            .formatted(order.status(), step.name().toLowerCase(Locale.ROOT)),
        List.of(new FieldError("status", "is " + order.status())));
  }

  static ResponseEntity<ProblemDetail> of(HttpStatus status, String detail) {
    return of(status, detail, List.of());
  }

  static ResponseEntity<ProblemDetail> of(
      HttpStatus status, String detail, List<FieldError> errors) {
    ProblemDetail problem = ProblemDetail.forStatusAndDetail(status, detail);
    if (!errors.isEmpty()) {
      problem.setProperty("errors", errors);
    }
    return ResponseEntity.status(status)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}
