package io.reliableoutbox.lab.load;

import java.util.Random;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;

/**
 * Places an order and then does with it what customers do: most pay, most of those get their
 * parcel, some cancel. A request without an answer is repeated with the same key until there is
 * one, more and more seldom, or until {@code keepAsking} says no.
 */
final class Customer {
  private static final long FIRST_RETRY_MILLIS = 500;

  /** Thousands may be waiting for an app that comes back: together they must not keep it down. */
  private static final long MAX_RETRY_MILLIS = 16_000;

  private final OrderClient client;
  private final ClientRecord record;
  private final BooleanSupplier keepAsking;
  private final Random random;

  Customer(OrderClient client, ClientRecord record, BooleanSupplier keepAsking, Random random) {
    this.client = client;
    this.record = record;
    this.keepAsking = keepAsking;
    this.random = random;
  }

  /** Completes when the customer is done with the order; so many in a hundred change it. */
  CompletableFuture<Void> shop(double changesPercent) {
    var key = UUID.randomUUID().toString();
    var body = body();
    return ask(key, () -> client.place(key, body))
        .thenCompose(answer -> afterwards(answer, changesPercent));
  }

  private CompletableFuture<Void> afterwards(Answer answer, double changesPercent) {
    if (!(answer instanceof Answer.Acknowledged order)
        || random.nextDouble() * 100 >= changesPercent) {
      return CompletableFuture.completedFuture(null);
    }
    int choice = random.nextInt(7);
    if (choice < 1) {
      return change(order.orderId(), "cancel").thenAccept(done -> {});
    }
    return change(order.orderId(), "pay")
        .thenCompose(
            paid ->
                paid instanceof Answer.Acknowledged && choice < 6
                    ? change(order.orderId(), choice < 5 ? "ship" : "cancel")
                    : CompletableFuture.completedFuture(paid))
        .thenAccept(done -> {});
  }

  private CompletableFuture<Answer> change(String orderId, String change) {
    return ask(orderId + "/" + change, () -> client.change(orderId, change));
  }

  private CompletableFuture<Answer> ask(String request, Supplier<CompletableFuture<Answer>> send) {
    record.attempt(request);
    return repeat(request, send, FIRST_RETRY_MILLIS);
  }

  private CompletableFuture<Answer> repeat(
      String request, Supplier<CompletableFuture<Answer>> send, long backoff) {
    return send.get().thenCompose(answer -> settle(request, answer, send, backoff));
  }

  private CompletableFuture<Answer> settle(
      String request, Answer answer, Supplier<CompletableFuture<Answer>> send, long backoff) {
    if (answer instanceof Answer.Acknowledged acknowledged) {
      record.acknowledge(request, acknowledged);
    } else if (answer instanceof Answer.Refused refused) {
      record.complain(request, refused.status() + " " + refused.body());
      record.refuse(request);
    } else {
      if (answer instanceof Answer.Failed failed) {
        record.complain(request, failed.status() + " " + failed.body());
      }
      record.doubt(request);
      if (keepAsking.getAsBoolean()) {
        long pause = backoff / 2 + random.nextLong(backoff);
        var later = CompletableFuture.delayedExecutor(pause, TimeUnit.MILLISECONDS);
        return CompletableFuture.supplyAsync(() -> answer, later)
            .thenCompose(waited -> repeat(request, send, Math.min(2 * backoff, MAX_RETRY_MILLIS)));
      }
    }
    return CompletableFuture.completedFuture(answer);
  }

  private String body() {
    return """
    {"customerId": "customer-%d", "currency": "EUR",
     "lines": [{"sku": "SKU-%d", "quantity": %d, "unitPrice": "%d.90"}]}
    """
        .formatted(
            random.nextInt(1000),
            1 + random.nextInt(100),
            1 + random.nextInt(3),
            5 + random.nextInt(95));
  }
}
