package io.reliableoutbox.order.http;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.node.MissingNode;

/**
 * Reads single fields and collects everything that is wrong, so that a client learns of all its
 * mistakes at once. A field at fault reads as null; the caller asks {@link #errors} at the end.
 */
final class FieldReader {
  private static final Pattern DECIMAL = Pattern.compile("\\d{1,7}(\\.\\d{1,20})?");
  private static final BigDecimal HIGHEST_PRICE = new BigDecimal("9999999.99");

  private final List<FieldError> errors = new ArrayList<>();

  List<FieldError> errors() {
    return errors;
  }

  void reject(String field, String message) {
    errors.add(new FieldError(field, message));
  }

  /** Text without control characters, counted in code points as PostgreSQL counts. */
  @Nullable String text(@Nullable JsonNode node, String field, int longest) {
    JsonNode value = present(node);
    if (value.isMissingNode()) {
      reject(field, "is missing");
    } else if (!value.isString()) {
      reject(field, "must be a string");
    } else if (value.stringValue().isBlank()) {
      reject(field, "must not be blank");
    } else if (value.stringValue().codePointCount(0, value.stringValue().length()) > longest) {
      reject(field, "must have at most %d characters".formatted(longest));
    } else if (value.stringValue().codePoints().anyMatch(FieldReader::isUnfit)) {
      reject(field, "must not contain control characters or half of a surrogate pair");
    } else {
      return value.stringValue();
    }
    return null;
  }

  // PostgreSQL can't store NUL, and UTF-8 has no lone surrogates.
  private static boolean isUnfit(int codePoint) {
    return Character.isISOControl(codePoint)
        || (Character.isBmpCodePoint(codePoint) && Character.isSurrogate((char) codePoint));
  }

  /** A whole number within bounds. */
  @Nullable Integer integer(@Nullable JsonNode node, String field, int least, int most) {
    JsonNode value = present(node);
    if (value.isMissingNode()) {
      reject(field, "is missing");
    } else if (!value.isIntegralNumber()) {
      reject(field, "must be a whole number");
    } else if (!value.canConvertToInt() || value.intValue() < least || value.intValue() > most) {
      reject(field, "must be between %d and %d".formatted(least, most));
    } else {
      return value.intValue();
    }
    return null;
  }

  /** An amount of money, as a string or a number, with two decimals. */
  @Nullable BigDecimal money(@Nullable JsonNode node, String field) {
    JsonNode value = present(node);
    if (value.isMissingNode()) {
      reject(field, "is missing");
      return null;
    }
    if (!value.isNumber()
        && !(value.isString() && DECIMAL.matcher(value.stringValue()).matches())) {
      reject(field, "must be a decimal like \"19.90\", at most " + HIGHEST_PRICE);
      return null;
    }
    BigDecimal amount =
        value.isString() ? new BigDecimal(value.stringValue()) : value.decimalValue();
    return bounded(amount, field);
  }

  // Sizes first: 1e999999999 is a short number until someone writes it out.
  private @Nullable BigDecimal bounded(BigDecimal amount, String field) {
    if (amount.signum() < 0
        || (amount.signum() > 0 && (long) amount.precision() - amount.scale() > 7)) {
      reject(field, "must be between 0.00 and " + HIGHEST_PRICE);
    } else if (amount.signum() == 0) {
      return new BigDecimal("0.00");
    } else if (amount.scale() > 100 || amount.stripTrailingZeros().scale() > 2) {
      reject(field, "must have at most 2 decimals");
    } else {
      return amount.setScale(2, RoundingMode.UNNECESSARY);
    }
    return null;
  }

  private static JsonNode present(@Nullable JsonNode node) {
    return node == null || node.isNull() ? MissingNode.getInstance() : node;
  }
}
