package io.reliableoutbox.consumer;

import io.reliableoutbox.consumer.inbox.Effect;
import io.reliableoutbox.consumer.inbox.Event;
import io.reliableoutbox.consumer.inbox.Outcome;
import java.util.ArrayList;
import java.util.List;
import org.springframework.beans.factory.config.BeanPostProcessor;
import org.springframework.boot.SpringApplication;

/**
 * A consumer-app as a process, whose inventory effect has two bugs: an order of the customer {@link
 * #HALTING} ends the process, one of {@link #DYING} the thread.
 */
final class FaultyConsumer implements BeanPostProcessor {
  static final int HALTED = 9;
  static final String HALTING = "halting";
  static final String DYING = "dying";

  private FaultyConsumer() {}

  public static void main(String[] args) {
    SpringApplication.run(new Class<?>[] {FaultyConsumer.class, ConsumerApplication.class}, args);
  }

  @Override
  public Object postProcessAfterInitialization(Object bean, String name) {
    return bean instanceof Effect<?> effect && effect.consumer().equals("inventory")
        ? new Faulty<>(effect)
        : bean;
  }

  private record Change<T>(String body, T change) {}

  private record Faulty<T>(Effect<T> effect) implements Effect<Change<T>> {
    @Override
    public String consumer() {
      return effect.consumer();
    }

    @Override
    public Change<T> read(Event event) {
      return new Change<>(event.content().toString(), effect.read(event));
    }

    @Override
    public List<Outcome> apply(List<Change<T>> changes) {
      List<T> inner = new ArrayList<>();
      for (Change<T> each : changes) {
        if (each.body().contains(HALTING)) {
          Runtime.getRuntime().halt(HALTED);
        }
        if (each.body().contains(DYING)) {
          throw new OutOfMemoryError("as if, in " + Thread.currentThread().getName());
        }
        inner.add(each.change());
      }
      return effect.apply(inner);
    }
  }
}
