package io.reliableoutbox.lab.chaos;

import java.util.List;
import java.util.Locale;

/** A way to build the system wrong, which the checker must notice. */
public enum Mutant {
  /** The broker counts a message as done when it is sent, before its effect is committed. */
  ACK_BEFORE_COMMIT {
    @Override
    List<Hook> hooks() {
      return List.of(
          Hook.of(text(), CHANNEL, "basicConsume", 7, MutantDecorators.AutoAck.class),
          Hook.of(text(), CHANNEL, "basicAck", 2, MutantDecorators.Skip.class));
    }
  },
  /** A row counts as confirmed as soon as it is written to the connection. */
  MARK_BEFORE_CONFIRM {
    @Override
    List<Hook> hooks() {
      return List.of(
          Hook.of(text(), CONFIRM_CHANNEL, "publish", 1, MutantDecorators.AckAtOnce.class));
    }
  },
  /** What no queue took counts as published, since it was acked. */
  IGNORE_RETURNS {
    @Override
    List<Hook> hooks() {
      return List.of(
          Hook.of(text(), CONFIRM_CHANNEL, "tell", 2, MutantDecorators.DropReturns.class));
    }
  },
  /** The queues live in the broker's memory only. */
  NON_DURABLE_QUEUE {
    @Override
    List<Hook> hooks() {
      return List.of(
          Hook.of(text(), CHANNEL, "queueDeclare", 5, MutantDecorators.NonDurable.class));
    }
  },
  /** An effect is committed before the inbox row that remembers it. */
  EFFECT_OUTSIDE_THE_TRANSACTION {
    @Override
    List<Hook> hooks() {
      return List.of(
          Hook.of(text(), EFFECT_ANALYTICS, "apply", 1, MutantDecorators.CommitAtOnce.class));
    }
  },
  /** What is delivered again is applied again. */
  SKIP_THE_INBOX {
    @Override
    List<Hook> hooks() {
      return List.of(
          Hook.of(text(), MESSAGES, "received", 3, MutantDecorators.StrangerAgain.class));
    }
  },
  /** What an effect refuses goes back to its queue, as often as it comes. */
  REQUEUE_FOR_EVER {
    @Override
    List<Hook> hooks() {
      return List.of(
          Hook.of(text(), RECEIVER, "settleFailed", 3, MutantDecorators.ThrowBack.class),
          Hook.of(text(), FAILURE, "of", 1, MutantDecorators.ThrowOn.class),
          Hook.of(text(), CHANNEL, "basicAck", 2, MutantDecorators.RequeueInstead.class),
          Hook.of(text(), CHANNEL, "queueDeclare", 5, MutantDecorators.NoLimit.class));
    }
  },
  /** A relay goes on with every bucket that it has ever had, whoever has it now. */
  NO_FENCING {
    @Override
    List<Hook> hooks() {
      return List.of(Hook.of(text(), KEEPER, "publish", 1, MutantDecorators.KeepAll.class));
    }
  };

  private static final String CHANNEL = "com.rabbitmq.client.impl.ChannelN";
  private static final String CONFIRM_CHANNEL = "io.reliableoutbox.relay.rabbit.ConfirmChannel";
  private static final String KEEPER = "io.reliableoutbox.relay.loop.LeaseKeeper";
  private static final String RECEIVER = "io.reliableoutbox.consumer.inbox.Receiver";
  private static final String FAILURE = "io.reliableoutbox.consumer.inbox.Failure";
  private static final String MESSAGES = "io.reliableoutbox.consumer.rabbit.AmqpMessages";
  private static final String EFFECT_ANALYTICS =
      "io.reliableoutbox.consumer.analytics.AnalyticsEffect";

  abstract List<Hook> hooks();

  /** As people write it: {@code ack-before-commit}. */
  public String text() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Mutant of(String text) {
    return valueOf(text.toUpperCase(Locale.ROOT).replace('-', '_'));
  }
}
