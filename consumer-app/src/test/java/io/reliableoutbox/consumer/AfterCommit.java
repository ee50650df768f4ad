package io.reliableoutbox.consumer;

import io.reliableoutbox.consumer.inbox.Effect;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Outcome;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.transaction.support.TransactionSynchronization;
import org.springframework.transaction.support.TransactionSynchronizationManager;

/** Runs something once, between the commit of the next inventory batch and its ack. */
public final class AfterCommit implements BeanPostProcessor {
  static final AtomicReference<Runnable> NEXT = new AtomicReference<>();

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof Effect<?> effect && effect.consumer().equals("inventory")
        ? new Watched<>(effect)
        : bean;
  }

  private record Watched<T>(Effect<T> effect) implements Effect<T> {
    @Override
    public String consumer() {
      return effect.consumer();
    }

    @Override
    public T read(Event event) {
      return effect.read(event);
    }

    @Override
    public List<Outcome> apply(List<T> changes) {
      TransactionSynchronizationManager.registerSynchronization(
          new TransactionSynchronization() {
            @Override
            public void afterCommit() {
              Runnable next = NEXT.getAndSet(null);
              if (next != null) {
                next.run();
              }
            }
          });
      return effect.apply(changes);
    }
  }
}
