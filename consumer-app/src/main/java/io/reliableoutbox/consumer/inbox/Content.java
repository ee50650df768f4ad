package io.reliableoutbox.consumer.inbox;

import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/**
 * What the inbox keeps of a message until it is applied, so that a person can read it and a retry
 * needs no broker. Nobody may change the body.
 */
public final class Content {
  private static final JsonMapper JSON = new JsonMapper();
  private final String origin;
  private final String headersJson;
  private final byte[] body;

  /**
   * Keeps the body as it is, without a copy.
   *
   * @param origin exchange and routing key, for people
   * @param headersJson the headers as a JSON object
   */
  public Content(String origin, String headersJson, byte[] body) {
    this.origin = origin;
    this.headersJson = headersJson;
    this.body = body;
  }

  public String origin() {
    return origin;
  }

  public String headersJson() {
    return headersJson;
  }

  /** A header that is text; null where there is no such. */
  public @Nullable String header(String name) {
    JsonNode value = JSON.readTree(headersJson).get(name);
    return value != null && value.isString() ? value.stringValue() : null;
  }

  public byte[] body() {
    return body;
  }

  @Override
  public String toString() {
    return new String(body, StandardCharsets.UTF_8);
  }
}
