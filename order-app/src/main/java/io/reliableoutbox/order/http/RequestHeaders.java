package io.reliableoutbox.order.http;

import jakarta.servlet.http.HttpServletRequest;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The header that means something here. */
final class RequestHeaders {
  static final String IDEMPOTENCY_KEY = "Idempotency-Key";

  private static final Pattern KEY = Pattern.compile("[\\x20-\\x7e]{1,255}");

  private RequestHeaders() {}

  /** The client's key for this request; null where it sent none. */
  static @Nullable String idempotencyKey(HttpServletRequest request) {
    List<String> keys = Collections.list(request.getHeaders(IDEMPOTENCY_KEY));
    if (keys.isEmpty()) {
      return null;
    }
    if (keys.size() > 1) {
      throw new InvalidRequest(IDEMPOTENCY_KEY, "must not be sent twice");
    }
    String key = keys.get(0);
    if (key.isBlank() || !KEY.matcher(key).matches()) {
      throw new InvalidRequest(IDEMPOTENCY_KEY, "must be 1 to 255 printable ASCII characters");
    }
    return key;
  }
}
