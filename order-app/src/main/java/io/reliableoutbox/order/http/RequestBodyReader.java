package io.reliableoutbox.order.http;

import io.reliableoutbox.order.OrderSettings;
import jakarta.servlet.http.HttpServletRequest;
import java.io.IOException;
import java.util.List;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.TokenStreamLocation;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * Reads a body as JSON, up to a limit that also holds where the client doesn't say how much will
 * come. Strict: one value, no name twice, numbers as they were written.
 */
@Component
class RequestBodyReader {
  private final int limit;
  private final JsonMapper json =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();

  RequestBodyReader(OrderSettings settings) {
    this.limit = settings.maxBodyBytes();
  }

  JsonNode read(HttpServletRequest request) {
    if (request.getContentLengthLong() > limit) {
      throw new BodyTooLarge(limit);
    }
    byte[] body = bytes(request);
    if (body.length > limit) {
      throw new BodyTooLarge(limit);
    }
    return parse(body);
  }

  private byte[] bytes(HttpServletRequest request) {
    try {
      return request.getInputStream().readNBytes(limit + 1);
    } catch (IOException e) {
      throw new InvalidRequest("The body could not be read to its end.", List.of());
    }
  }

  private JsonNode parse(byte[] body) {
    try {
      return json.readTree(body);
    } catch (NumberFormatException e) {
      // Jackson's answer to 1e2147483648.
      throw new InvalidRequest("The body has a number that is too large to read.", List.of());
    } catch (JacksonException e) {
      // Its message quotes the input and names classes; the place is all that a client needs.
      TokenStreamLocation at = e.getLocation();
      throw new InvalidRequest(
          "The body is not valid JSON"
              + (at == null || at.getLineNr() < 1
                  ? "."
                  : " at line %d, column %d.".formatted(at.getLineNr(), at.getColumnNr())),
          List.of());
    }
  }
}
