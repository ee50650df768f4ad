package io.reliableoutbox.lab.check;

import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/**
 * What the lab itself knows and the tables are compared with.
 *
 * @param acknowledged the client's file, with a line for each order and version
 * @param settled whether everything must have come to its end: nothing parked but the poison,
 *     nothing left over, stock and reservations as the orders say
 * @param poison ids of the events that each consumer must have parked, and nothing else
 * @param mails the Message-IDs that the SMTP server was given; null where nobody looked
 * @param queues messages that each queue holds now: none should hold any
 */
public record Expectations(
    Path acknowledged,
    boolean settled,
    Set<UUID> poison,
    @Nullable Set<String> mails,
    Map<String, Long> queues) {
  /** What was acknowledged has its effects, whatever else happened. */
  public static Expectations of(Path acknowledged) {
    return new Expectations(acknowledged, false, Set.of(), null, Map.of());
  }

  /** Besides, everything has come to its end. */
  public static Expectations settled(Path acknowledged) {
    return new Expectations(acknowledged, true, Set.of(), null, Map.of());
  }

  public Expectations poison(Set<UUID> ids) {
    return new Expectations(acknowledged, settled, ids, mails, queues);
  }

  public Expectations mails(Set<String> messageIds) {
    return new Expectations(acknowledged, settled, poison, messageIds, queues);
  }

  public Expectations queues(Map<String, Long> messages) {
    return new Expectations(acknowledged, settled, poison, mails, messages);
  }
}
