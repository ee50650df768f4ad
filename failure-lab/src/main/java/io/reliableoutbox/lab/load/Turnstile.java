package io.reliableoutbox.lab.load;

import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Lets so many requests go at once; the others wait here for their turn, as for a connection of a
 * gateway's pool. Without it a server that comes back to a thousand requests answers each of them
 * too late, and is asked all of them again. Thread-safe.
 */
final class Turnstile {
  private final Queue<Runnable> waiting = new ArrayDeque<>();
  private int free;

  Turnstile(int places) {
    free = places;
  }

  /** Sends it when it is its turn. */
  <A> CompletableFuture<A> pass(Supplier<CompletableFuture<A>> request) {
    var answer = new CompletableFuture<A>();
    enter(
        () -> {
          var unused =
              request
                  .get()
                  .whenComplete(
                      (result, failure) -> {
                        leave();
                        if (failure == null) {
                          answer.complete(result);
                        } else {
                          answer.completeExceptionally(failure);
                        }
                      });
        });
    return answer;
  }

  private void enter(Runnable request) {
    synchronized (this) {
      if (free == 0) {
        waiting.add(request);
        return;
      }
      free--;
    }
    request.run();
  }

  private void leave() {
    Runnable next;
    synchronized (this) {
      next = waiting.poll();
      if (next == null) {
        free++;
        return;
      }
    }
    next.run();
  }
}
