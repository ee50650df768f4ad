package io.reliableoutbox.lab.chaos;

import io.reliableoutbox.consumer.inbox.Work;
import java.util.List;
import java.util.UUID;
import net.bytebuddy.asm.Advice;
import org.jspecify.annotations.Nullable;

/** The code that is compiled into decorated methods, before or after what they do. */
final class Decorators {
  private Decorators() {}

  static final class PassBefore {
    @Advice.OnMethodEnter
    static void enter(@Point String point) {
      Chaos.pass(point);
    }
  }

  static final class PassAfter {
    @Advice.OnMethodExit
    static void exit(@Point String point) {
      Chaos.pass(point);
    }
  }

  /** {@code Effect.apply}: what commits next commits effects. */
  static final class Applied {
    @Advice.OnMethodExit
    static void exit() {
      Chaos.applied();
    }
  }

  static final class PassBeforeCommit {
    @Advice.OnMethodEnter
    static void enter(@Point String point) {
      Chaos.passIfApplied(point);
    }
  }

  static final class PassAfterCommit {
    @Advice.OnMethodExit
    static void exit(@Point String point) {
      Chaos.passIfDelivered(point);
      Chaos.committed();
    }
  }

  /** {@code Inbox.settle}. */
  static final class Settling {
    @Advice.OnMethodEnter
    static void enter(@Advice.Argument(0) Work work) {
      Chaos.settling(work instanceof Work.Deliveries ? work.messageIds() : List.of());
    }
  }

  /** {@code Effect.apply}, after all of it was written: the rollback has to undo it. */
  static final class FailAfter {
    @Advice.OnMethodExit
    static void exit(@Advice.This Object effect) {
      @Nullable UUID failing = Chaos.failing(effect.getClass().getSimpleName());
      if (failing != null) {
        // Not as the database would say it: what a database does to a transaction is nobody's
        // failure, and this is to be one of the event.
        throw new IllegalStateException("made to fail once by the failure lab: " + failing);
      }
    }
  }
}
