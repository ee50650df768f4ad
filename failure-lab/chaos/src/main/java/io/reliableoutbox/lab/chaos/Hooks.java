package io.reliableoutbox.lab.chaos;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Which methods are decorated for which setting: no more than what is asked for. */
final class Hooks {
  private static final String CHANNEL = "com.rabbitmq.client.impl.ChannelN";
  private static final String MARKS = "io.reliableoutbox.relay.outbox.Marks";
  private static final String TRANSACTIONS =
      "org.springframework.jdbc.datasource.DataSourceTransactionManager";
  private static final String INBOX = "io.reliableoutbox.consumer.inbox.Inbox";
  private static final String MAILS = "io.reliableoutbox.consumer.email.MailQueue";

  private Hooks() {}

  static List<Hook> of(Settings settings) {
    List<Hook> hooks = new ArrayList<>(crash(settings.crash()));
    if (settings.transientPercent() > 0) {
      hooks.add(Hook.of("settling", INBOX, "settle", 2, Decorators.Settling.class));
      hooks.add(Hook.ofEffects("transient", Decorators.FailAfter.class));
    }
    if (settings.mutant() != null) {
      hooks.addAll(settings.mutant().hooks());
    }
    return hooks;
  }

  private static List<Hook> crash(@Nullable CrashPoint point) {
    if (point == null) {
      return List.of();
    }
    String name = point.text();
    return switch (point) {
      case BEFORE_PUBLISH ->
          List.of(Hook.of(name, CHANNEL, "basicPublish", 6, Decorators.PassBefore.class));
      case AFTER_PUBLISH ->
          List.of(Hook.of(name, CHANNEL, "basicPublish", 6, Decorators.PassAfter.class));
      case AFTER_CONFIRM_BEFORE_MARK ->
          List.of(Hook.of(name, MARKS, "published", 2, Decorators.PassBefore.class));
      case AFTER_MARK -> List.of(Hook.of(name, MARKS, "published", 2, Decorators.PassAfter.class));
      case BEFORE_COMMIT ->
          List.of(
              Hook.ofEffects(name, Decorators.Applied.class),
              Hook.of(name, TRANSACTIONS, "doCommit", 1, Decorators.PassBeforeCommit.class));
      case AFTER_COMMIT_BEFORE_ACK ->
          List.of(
              Hook.of("settling", INBOX, "settle", 2, Decorators.Settling.class),
              Hook.ofEffects(name, Decorators.Applied.class),
              Hook.of(name, TRANSACTIONS, "doCommit", 1, Decorators.PassAfterCommit.class));
      case BETWEEN_SEND_AND_MARK ->
          List.of(Hook.of(name, MAILS, "markSent", 1, Decorators.PassBefore.class));
    };
  }
}
