package io.reliableoutbox.lab.chaos;

import com.rabbitmq.client.Channel;
import com.rabbitmq.client.Envelope;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Received;
import io.reliableoutbox.relay.core.Leases;
import io.reliableoutbox.relay.rabbit.Answer;
import io.reliableoutbox.relay.rabbit.ConfirmChannel;
import java.io.IOException;
import java.sql.SQLException;
import java.util.Map;
import java.util.Queue;
import java.util.UUID;
import net.bytebuddy.asm.Advice;
import org.springframework.jdbc.datasource.ConnectionHolder;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** What the {@link Mutant}s do. */
final class MutantDecorators {
  private MutantDecorators() {}

  static final class Skip {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      return true;
    }
  }

  static final class AutoAck {
    @Advice.OnMethodEnter
    @SuppressWarnings("UnusedVariable") // written into the decorated method's argument
    static void enter(@Advice.Argument(value = 1, readOnly = false) boolean autoAck) {
      autoAck = true;
    }
  }

  static final class AckAtOnce {
    @Advice.OnMethodEnter
    static long enter(@Advice.This ConfirmChannel channel) {
      return channel.nextSequence();
    }

    @Advice.OnMethodExit
    static void exit(
        @Advice.Enter long sequence, @Advice.FieldValue("answers") Queue<Answer> answers) {
      answers.add(new Answer.Ack(sequence, false));
    }
  }

  static final class DropReturns {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.Argument(0) Answer answer) {
      return answer instanceof Answer.Returned;
    }
  }

  static final class NonDurable {
    @Advice.OnMethodEnter
    @SuppressWarnings("UnusedVariable") // written into the decorated method's arguments
    static void enter(
        @Advice.Argument(value = 1, readOnly = false) boolean durable,
        @Advice.Argument(value = 4, readOnly = false) Map<String, Object> arguments) {
      durable = false;
      arguments = Map.of();
    }
  }

  static final class CommitAtOnce {
    @Advice.OnMethodExit
    static void exit() throws SQLException {
      for (Object held : TransactionSynchronizationManager.getResourceMap().values()) {
        if (held instanceof ConnectionHolder holder) {
          holder.getConnection().commit();
        }
      }
    }
  }

  static final class ThrowBack {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter() {
      Chaos.throwBack();
      return true;
    }
  }

  /** What can't be read would be parked without ever having been tried. */
  static final class ThrowOn {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) Throwable thrown) throws Throwable {
      if (thrown != null) {
        throw thrown;
      }
    }
  }

  static final class RequeueInstead {
    @Advice.OnMethodEnter(skipOn = Advice.OnNonDefaultValue.class)
    static boolean enter(@Advice.This Channel channel, @Advice.Argument(0) long tag)
        throws IOException {
      boolean thrownBack = Chaos.isThrownBack();
      if (thrownBack) {
        channel.basicNack(tag, true, true);
      }
      return thrownBack;
    }
  }

  static final class NoLimit {
    @Advice.OnMethodEnter
    @SuppressWarnings("UnusedVariable") // written into the decorated method's argument
    static void enter(@Advice.Argument(value = 4, readOnly = false) Map<String, Object> arguments) {
      arguments = Map.of("x-queue-type", "quorum");
    }
  }

  static final class KeepAll {
    @Advice.OnMethodEnter
    @SuppressWarnings("UnusedVariable") // written into the decorated method's argument
    static void enter(@Advice.Argument(value = 0, readOnly = false) Leases leases) {
      leases = new Leases(Chaos.kept(leases.epochs()), leases.releasing(), leases.deadlineNanos());
    }
  }

  static final class StrangerAgain {
    @Advice.OnMethodExit
    @SuppressWarnings("UnusedVariable") // written into what the decorated method returns
    static void exit(
        @Advice.Argument(0) Envelope routing, @Advice.Return(readOnly = false) Received received) {
      if (routing.isRedeliver() && received instanceof Event event) {
        received =
            new Event(
                UUID.randomUUID(),
                event.type(),
                event.aggregate(),
                null,
                event.skipped(),
                event.occurredAt(),
                event.content());
      }
    }
  }
}
