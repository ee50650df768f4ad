package io.reliableoutbox.consumer.inbox;

import java.util.List;

/**
 * What one consumer does with its events: the only thing a new consumer has to write. The inbox
 * sees to it that each event arrives here once and in the order of its aggregate, so an effect
 * needs no check of its own, as long as all it does is write to the database of its transaction.
 *
 * @param <T> what the effect makes of an event before it is applied
 */
public interface Effect<T> {
  /** The consumer's name: of its queue, its inbox rows and its setting. */
  String consumer();

  /**
   * Makes sense of the body. Called before the order is decided, perhaps many times, outside a
   * transaction: no I/O.
   *
   * @throws PermanentFailure if there is no sense in it; the event is parked, its neighbours go on
   */
  T read(Event event);

  /**
   * Applies changes in this order, in the inbox's transaction; sort what you lock. An exception
   * rolls all of them back, and they are tried again one by one.
   *
   * @return an outcome for each, in the same order
   */
  List<Outcome> apply(List<T> changes);
}
