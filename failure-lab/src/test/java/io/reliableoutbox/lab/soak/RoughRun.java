package io.reliableoutbox.lab.soak;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.rabbitmq.client.Channel;
import io.reliableoutbox.lab.chaos.Mutant;
import io.reliableoutbox.lab.check.Checker;
import io.reliableoutbox.lab.check.Expectations;
import io.reliableoutbox.lab.check.Verdict;
import io.reliableoutbox.lab.fault.BrokerAdmin;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.Drain;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.OrderClient;
import io.reliableoutbox.lab.system.Console;
import io.reliableoutbox.lab.system.LabSystem;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.jspecify.annotations.Nullable;

/**
 * The same hard minute for every build of the system: effects fail, some for ever, consumers and
 * broker are frozen with their hands full and then killed, and for a while no queue is bound and
 * nobody there to bind one. The system as it is loses nothing by it.
 */
final class RoughRun {
  private static final List<String> CONSUMERS = List.of("consumer-1", "consumer-2");
  private static final List<String> RELAYS = List.of("relay-1", "relay-2");
  private static final List<String> QUEUES =
      List.of("email.orders", "inventory.orders", "analytics.orders");
  private static final Duration DRAIN = Duration.ofSeconds(60);

  private RoughRun() {}

  static Verdict of(@Nullable Mutant mutant) throws Exception {
    var console = new Console(System.out);
    try (var system = new LabSystem(Path.of("..").toAbsolutePath().normalize(), console)) {
      var chaos = new ChildChaos(system);
      chaos.failOnce(10, 1);
      if (mutant != null) {
        chaos.mutate(mutant);
      }
      system.start(TestInfrastructure.choice());
      assumeTrue(system.label().contains("RabbitMQ"), "the embedded broker keeps nothing");
      return run(system, new Parts(system, console), chaos);
    }
  }

  private static Verdict run(LabSystem system, Parts parts, ChildChaos chaos) throws Exception {
    var acknowledged = system.folder().resolve("acknowledged.csv");
    var load =
        new LoadGenerator(new OrderClient(system.orderUrl()), new ClientRecord(acknowledged));
    var poison = new Poison(system);
    load.start(30);
    poison.start(1);
    orders(load, 150);
    await().atMost(Duration.ofMinutes(1)).until(() -> !chaos.failedOnce().isEmpty());

    freeze(parts, load, CONSUMERS);
    CONSUMERS.forEach(consumer -> parts.get(consumer).kill());
    silently(system, parts, () -> unbindQueues(system));
    orders(load, 90);
    silently(system, parts, () -> CONSUMERS.forEach(parts::start));
    orders(load, 60);
    freeze(parts, load, CONSUMERS);
    await()
        .alias("queues hold what a queue that keeps nothing would lose")
        .atMost(Duration.ofSeconds(30))
        .until(() -> holdSomething(new Queues(system).messages()));
    freeze(parts, load, List.of("broker"));
    parts.get("broker").kill();
    parts.start("broker");
    CONSUMERS.forEach(consumer -> parts.get(consumer).thaw());
    orders(load, 60);
    load.stop(Duration.ofSeconds(60));
    poison.close();
    boolean drained = new Drain(system.dataSource("inspector")).await(DRAIN);
    var expected =
        Expectations.settled(acknowledged)
            .poison(poison.written())
            .mails(system.mail().messageIds());
    return new Verdict(
        load.counts(),
        new Checker(system.dataSource("inspector")).check(expected),
        drained,
        0,
        0,
        0);
  }

  /**
   * While nothing is published: what comes between two bindings reaches one queue, is confirmed for
   * that, and is missing in the other for ever.
   */
  private static void silently(LabSystem system, Parts parts, Runnable change) {
    RELAYS.forEach(relay -> parts.get(relay).freeze());
    try {
      on(system, RoughRun::awaitRest);
      change.run();
    } finally {
      RELAYS.forEach(relay -> parts.get(relay).thaw());
    }
  }

  /** What the relays had sent before has reached its queues. */
  private static Void awaitRest(Channel channel) {
    long[] last = {-1};
    await()
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(30))
        .until(
            () -> {
              long now = 0;
              for (String queue : QUEUES) {
                now += channel.messageCount(queue);
              }
              boolean rests = now == last[0];
              last[0] = now;
              return rests;
            });
    return null;
  }

  /** With nobody there to bind them again: the broker acks what it has nowhere to put. */
  private static void unbindQueues(LabSystem system) {
    on(
        system,
        channel -> {
          for (String queue : QUEUES) {
            channel.queueUnbind(queue, "orders.events", "order.#");
          }
          return null;
        });
  }

  // What the mail server's threads say of a client that was killed fails no wait.
  private static ConditionFactory await() {
    return Awaitility.await().dontCatchUncaughtExceptions();
  }

  private static boolean holdSomething(Map<String, Long> messages) {
    return QUEUES.stream().allMatch(queue -> messages.getOrDefault(queue, 0L) > 0);
  }

  private static void on(LabSystem system, BrokerAdmin.Work<Void> work) {
    new BrokerAdmin(system.brokerUri()).call(work);
  }

  private static void freeze(Parts parts, LoadGenerator load, List<String> names) {
    for (String name : names) {
      parts.get(name).freeze();
      if (!Parts.isStopped(parts.get(name).pid())) {
        throw new IllegalStateException(name + " is not frozen");
      }
    }
    orders(load, 60);
  }

  private static void orders(LoadGenerator load, long more) {
    long wanted = load.counts().orders() + more;
    await().atMost(Duration.ofMinutes(2)).until(() -> load.counts().orders() >= wanted);
  }
}
