package io.reliableoutbox.benchmark.yardstick;

import io.reliableoutbox.benchmark.stand.Jvm;
import io.reliableoutbox.benchmark.stand.Queues;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.ChildProcess;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** RabbitMQ's own load generator, on a class path of its own. */
public record PerfTest(Stand stand, Jvm jvm) {
  private static final String MAIN = "com.rabbitmq.perf.PerfTest";
  private static final String LIBRARIES = "benchmark/perf-test/target/lib";
  private static final Pattern AVERAGE =
      Pattern.compile("(sending|receiving) rate avg: ([0-9.,]+) msg/s");

  /**
   * Publishes so many persistent messages under confirms to the exchange that is there; with {@code
   * properties} they have all that those of the relay have, else a body and nothing.
   */
  public ChildProcess publish(long messages, int bytes, int window, boolean properties, Path log) {
    var arguments = new ArrayList<>(publishing(messages, bytes, window));
    if (properties) {
      arguments.addAll(List.of("--message-properties", Messages.pairs()));
    }
    return run(arguments, log);
  }

  private static List<String> publishing(long messages, int bytes, int window) {
    return List.of(
        "--producers",
        "1",
        "--consumers",
        "0",
        "--exchange",
        Queues.EXCHANGE,
        "--type",
        "topic",
        "--routing-key",
        "thing.changed",
        "--size",
        Integer.toString(bytes),
        "--flag",
        "persistent",
        "--flag",
        "mandatory",
        "--confirm",
        Integer.toString(window),
        "--pmessages",
        Long.toString(messages),
        "--predeclared");
  }

  /** Takes so many messages from a queue that is there, and acknowledges as many as fit at once. */
  public ChildProcess consume(String queue, long messages, int prefetch, Path log) {
    return run(
        List.of(
            "--producers",
            "0",
            "--consumers",
            "1",
            "--queue",
            queue,
            "--qos",
            Integer.toString(prefetch),
            "--multi-ack-every",
            Integer.toString(prefetch / 2),
            "--cmessages",
            Long.toString(messages),
            "--predeclared"),
        log);
  }

  private ChildProcess run(List<String> arguments, Path log) {
    var program = new ArrayList<>(List.of("-cp", classPath(), MAIN, "--uri", stand.amqpUri()));
    program.addAll(arguments);
    return jvm.run("perf-test", program, Map.of(), log);
  }

  private String classPath() {
    var folder = stand.home().resolve(LIBRARIES);
    if (!Files.isDirectory(folder)) {
      throw new InfrastructureException(
          folder + " is missing; build it with ./mvnw -DskipTests package.");
    }
    return folder + "/*";
  }

  /** What it says itself at its end, for a look across. */
  public static OptionalDouble average(Path log, String what) {
    try (var lines = Files.lines(log)) {
      return average(lines, what);
    } catch (IOException e) {
      return OptionalDouble.empty();
    }
  }

  /** The last average of {@code sending} or {@code receiving} in its output. */
  static OptionalDouble average(Stream<String> output, String what) {
    return output
        .map(AVERAGE::matcher)
        .filter(line -> line.find() && line.group(1).equals(what))
        .mapToDouble(line -> Double.parseDouble(line.group(2).replace(",", "")))
        .reduce((before, last) -> last);
  }
}
