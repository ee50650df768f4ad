package io.reliableoutbox.consumer;

import com.rabbitmq.client.Channel;
import io.reliableoutbox.consumer.Publisher.Message;
import io.reliableoutbox.lab.infrastructure.BrokerServer;
import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.Infrastructure;
import io.reliableoutbox.lab.infrastructure.Launch;
import io.reliableoutbox.lab.infrastructure.Options;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;

/**
 * Effects a second of one consumer, from a quorum queue that is full when it starts, beside
 * PerfTest's consumer on the same broker with the same prefetch, acknowledging as many at a time.
 * Processes of their own, commits synced. On demand: {@code -Dthroughput.messages=100000}; {@code
 * -Dthroughput.consumers=email,...}; {@code -Dperftest.classpath=...} for PerfTest beside it;
 * {@code -Dconsumer.args=...} and {@code -Dconsumer.jvm=...} for the processes.
 */
@EnabledIfSystemProperty(named = "throughput.messages", matches = "[0-9]+")
class ThroughputIT {
  private static final Duration LIMIT = Duration.ofMinutes(5);
  private static final int PREFETCH = 200;
  private static final Path LOGS = Path.of("target", "throughput");
  private static final String PERF_TEST = System.getProperty("perftest.classpath", "");
  private final int messages = Integer.getInteger("throughput.messages", 100_000);
  private BrokerServer broker;

  @Test
  void effects_a_second_with_one_and_two_processes() throws Exception {
    Files.createDirectories(LOGS);
    broker = Infrastructure.broker(TestInfrastructure.choice(), new Options(null, true));
    try {
      say("PerfTest: %.0f messages/s".formatted(perfTest()));
      for (String consumer : words("throughput.consumers", "email,inventory,analytics", ",")) {
        for (int processes : List.of(1, 2)) {
          say(
              "%s, %d process(es): %.0f effects/s"
                  .formatted(consumer, processes, effects(consumer, processes)));
        }
      }
      say("PerfTest again: %.0f messages/s".formatted(perfTest()));
    } finally {
      broker.close();
    }
  }

  private static void say(String result) {
    System.out.println("throughput: " + result);
  }

  private static List<String> words(String property, String unset, String separator) {
    return Pattern.compile(separator)
        .splitAsStream(System.getProperty(property, unset))
        .filter(word -> !word.isBlank())
        .toList();
  }

  private double effects(String consumer, int processes) throws Exception {
    String uri = broker.freshVirtualHost();
    try (DatabaseServer server =
        Infrastructure.database(TestInfrastructure.choice(), new Options(null, true))) {
      var database = ConsumerDatabase.on(server);
      fill(uri, consumer + ".orders");
      List<ConsumerChild> children = new ArrayList<>();
      try {
        for (int i = 1; i <= processes; i++) {
          children.add(child(database, uri, consumer, i));
        }
        Awaitility.await()
            .atMost(LIMIT)
            .pollInterval(Duration.ofSeconds(1))
            .until(() -> database.states(consumer).equals(Map.of("APPLIED", (long) messages)));
        return rate(database, consumer);
      } finally {
        children.forEach(ConsumerChild::close);
      }
    }
  }

  private static ConsumerChild child(
      ConsumerDatabase database, String uri, String consumer, int number) {
    List<String> settings =
        new ArrayList<>(
            List.of("--consumer.enabled=" + consumer, "--consumer.prefetch=" + PREFETCH));
    settings.addAll(words("consumer.args", "", " "));
    List<String> jvm = new ArrayList<>(List.of("-Xmx512m", "-XX:TieredStopAtLevel=4"));
    jvm.addAll(words("consumer.jvm", "", " "));
    return ConsumerChild.start(
        ConsumerApplication.class,
        jvm,
        database,
        uri,
        LOGS.resolve(consumer + "-" + number + ".log"),
        settings.toArray(String[]::new));
  }

  /** Without the first tenth, in which everything is new to the JVM. */
  private double rate(ConsumerDatabase database, String consumer) {
    return database
        .owner()
        .sql(
            """
            select count(*) / extract(epoch from max(applied_at) - min(applied_at))
            from (select applied_at, row_number() over (order by applied_at) as n
                  from consuming.inbox where consumer = ?) applied
            where n > ?
            """)
        .params(consumer, messages / 10)
        .query(Double.class)
        .single();
  }

  /** A queue as the consumers declare it, with order events that are created and confirmed. */
  private void fill(String uri, String queue) throws Exception {
    try (var publisher = new Publisher(uri)) {
      declare(publisher.channel(), queue);
      for (int i = 1; i <= messages; i++) {
        publisher.publish(Message.of(UUID.randomUUID(), 1, "order.created"));
        if (i % 5000 == 0) {
          publisher.confirm();
        }
      }
      publisher.confirm();
    }
  }

  private static void declare(Channel channel, String queue) throws IOException {
    channel.queueDeclare(
        queue,
        true,
        false,
        false,
        Map.of(
            "x-queue-type", "quorum",
            "x-delivery-limit", 20,
            "x-dead-letter-exchange", "",
            "x-dead-letter-routing-key", queue.replace(".orders", ".parking"),
            "x-dead-letter-strategy", "at-least-once",
            "x-overflow", "reject-publish"));
    channel.queueBind(queue, "orders.events", "order.#");
  }

  private double perfTest() throws Exception {
    if (PERF_TEST.isEmpty()) {
      return Double.NaN;
    }
    String uri = broker.freshVirtualHost();
    fill(uri, "perf.orders");
    Path log = LOGS.resolve("perftest.log");
    Files.deleteIfExists(log);
    List<String> command =
        List.of(
            Launch.java(),
            "-Xmx512m",
            "-cp",
            PERF_TEST,
            "com.rabbitmq.perf.PerfTest",
            "--uri",
            uri,
            "--predeclared",
            "--queue",
            "perf.orders",
            "--producers",
            "0",
            "--consumers",
            "1",
            "--qos",
            Integer.toString(PREFETCH),
            "--multi-ack-every",
            Integer.toString(PREFETCH / 2),
            "--cmessages",
            Integer.toString(messages));
    Process process =
        new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (process.waitFor() != 0) {
      throw new IllegalStateException(Files.readString(log));
    }
    Matcher average =
        Pattern.compile("receiving rate avg: ([0-9]+)").matcher(Files.readString(log));
    if (!average.find()) {
      throw new IllegalStateException(Files.readString(log));
    }
    return Double.parseDouble(average.group(1));
  }
}
