package io.reliableoutbox.order.http;

import java.util.List;

/** The request can't be understood; answered with 400 and the fields at fault. */
final class InvalidRequest extends RuntimeException {
  private final transient List<FieldError> errors;

  InvalidRequest(String message, List<FieldError> errors) {
    super(message);
    this.errors = List.copyOf(errors);
  }

  InvalidRequest(String field, String message) {
    this(field + " " + message, List.of(new FieldError(field, message)));
  }

  List<FieldError> errors() {
    return errors;
  }
}
