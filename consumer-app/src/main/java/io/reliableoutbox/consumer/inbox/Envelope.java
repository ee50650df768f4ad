package io.reliableoutbox.consumer.inbox;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Map;
import java.util.TreeMap;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import tools.jackson.databind.json.JsonMapper;

/**
 * What travels around a body, as the broker gave it: anybody may have sent it, so everything may be
 * missing or nonsense. {@link #open} makes it an {@link Event}, or says why it can't.
 *
 * @param messageId the message's id property
 * @param type its type property, which is also the routing key
 * @param occurredAt its time, where it tells
 * @param headers strings, numbers, booleans, lists and maps only
 * @param origin exchange and routing key
 */
public record Envelope(
    @Nullable String messageId,
    @Nullable String type,
    @Nullable Instant occurredAt,
    Map<String, ?> headers,
    String origin) {
  private static final JsonMapper JSON = new JsonMapper();
  private static final int LONGEST_NAME = 255;
  // No outbox takes more than 1 MiB.
  private static final int LARGEST_BODY = 4 << 20;
  private static final int KEPT_OF_LARGER = 1 << 20;

  /** Opens it; never throws. */
  public Received open(byte[] body) {
    String headersJson = clean(JSON.writeValueAsString(headers));
    String shownType = clean(type == null ? "" : type);
    if (body.length > LARGEST_BODY) {
      // Kept whole it would, several times over, be more than a small heap has.
      var start = new Content(clean(origin), headersJson, Arrays.copyOf(body, KEPT_OF_LARGER));
      return new Malformed(
          idFromContent(start),
          shownType,
          "the body has %d bytes; the first %d are kept".formatted(body.length, KEPT_OF_LARGER),
          start);
    }
    var content = new Content(clean(origin), headersJson, body);
    try {
      return new Event(
          id(),
          name("type", type),
          new AggregateKey(
              name("aggregate_type", headers.get("aggregate_type")),
              name("aggregate_id", headers.get("aggregate_id"))),
          version(),
          "true".equals(String.valueOf(headers.get("skipped"))),
          occurredAt,
          content);
    } catch (Defect defect) {
      return new Malformed(idFromContent(content), shownType, defect.sentence, content);
    }
  }

  private UUID id() {
    String id = messageId == null ? "" : messageId;
    try {
      // fromString takes "1-1-1-1-1" as well, which is not how anybody writes that id.
      UUID uuid = UUID.fromString(id);
      if (uuid.toString().equalsIgnoreCase(id)) {
        return uuid;
      }
    } catch (IllegalArgumentException noUuid) {
      // Said below.
    }
    throw new Defect("message_id is not a UUID: '" + clean(id) + "'");
  }

  private static String name(String what, @Nullable Object value) {
    if (!(value instanceof String name) || name.isBlank()) {
      throw new Defect(what + " is missing");
    }
    if (name.getBytes(StandardCharsets.UTF_8).length > LONGEST_NAME) {
      throw new Defect(what + " is longer than " + LONGEST_NAME + " bytes");
    }
    if (name.chars().anyMatch(Character::isISOControl)) {
      throw new Defect(what + " has control characters");
    }
    return name;
  }

  private @Nullable Long version() {
    Object version = headers.get("aggregate_version");
    if (version == null) {
      return null;
    }
    if (version instanceof Long || version instanceof Integer || version instanceof Short) {
      long number = ((Number) version).longValue();
      if (number >= 1) {
        return number;
      }
    }
    throw new Defect(
        "aggregate_version is not a whole number from 1: '" + clean(version.toString()) + "'");
  }

  /** The same for each delivery of the same message, so that a redelivery is a duplicate. */
  private UUID idFromContent(Content content) {
    // The broker's own headers count its deliveries.
    var written = new TreeMap<String, Object>(headers);
    written.keySet().removeIf(name -> name.startsWith("x-"));
    byte[] around =
        (messageId + "\n" + type + "\n" + JSON.writeValueAsString(written) + "\n")
            .getBytes(StandardCharsets.UTF_8);
    return UUID.nameUUIDFromBytes(
        ByteBuffer.allocate(around.length + content.body().length)
            .put(around)
            .put(content.body())
            .array());
  }

  /** PostgreSQL's text and jsonb hold no NUL. */
  private static String clean(String text) {
    return text.replace('\0', '\uFFFD').replace("\\u0000", "\\ufffd");
  }

  private static final class Defect extends RuntimeException {
    private final String sentence;

    Defect(String sentence) {
      super(sentence);
      this.sentence = sentence;
    }
  }
}
