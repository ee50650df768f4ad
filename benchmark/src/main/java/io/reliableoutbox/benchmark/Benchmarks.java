package io.reliableoutbox.benchmark;

import io.reliableoutbox.benchmark.consume.ConsumeBenchmark;
import io.reliableoutbox.benchmark.drain.DrainBenchmark;
import io.reliableoutbox.benchmark.drain.GrowthBenchmark;
import io.reliableoutbox.benchmark.drain.HotKeyBenchmark;
import io.reliableoutbox.benchmark.drain.MemoryBenchmark;
import io.reliableoutbox.benchmark.drain.RelaysBenchmark;
import io.reliableoutbox.benchmark.latency.IdleBenchmark;
import io.reliableoutbox.benchmark.latency.IdleLatencyBenchmark;
import io.reliableoutbox.benchmark.latency.LoadLatencyBenchmark;
import io.reliableoutbox.benchmark.micro.MicroBenchmark;
import io.reliableoutbox.benchmark.orders.CapacityBenchmark;
import io.reliableoutbox.benchmark.orders.OrdersBenchmark;
import io.reliableoutbox.benchmark.recovery.OutageBenchmark;
import io.reliableoutbox.benchmark.recovery.TakeoverBenchmark;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import java.util.Iterator;
import java.util.List;

/** All benchmarks, in the order in which they are run and shown. */
final class Benchmarks {
  private static final List<Benchmark> ALL =
      List.of(
          new DrainBenchmark(),
          new IdleLatencyBenchmark(),
          new LoadLatencyBenchmark(),
          new OrdersBenchmark(),
          new ConsumeBenchmark(),
          new CapacityBenchmark(),
          new RelaysBenchmark(),
          new HotKeyBenchmark(),
          new GrowthBenchmark(),
          new OutageBenchmark(),
          new TakeoverBenchmark(),
          new MemoryBenchmark(),
          new IdleBenchmark(),
          new MicroBenchmark());

  private Benchmarks() {}

  /** Those with these names, or all where there are none. */
  static List<Benchmark> named(List<String> names) {
    var known = names();
    for (var name : names) {
      if (!known.contains(name)) {
        throw new InfrastructureException("No benchmark is called " + name + "; try --help.");
      }
    }
    return ALL.stream()
        .filter(benchmark -> names.isEmpty() || names.contains(benchmark.name()))
        .toList();
  }

  static List<String> names() {
    return ALL.stream().map(Benchmark::name).toList();
  }

  /** For the help text. */
  static final class Names implements Iterable<String> {
    @Override
    public Iterator<String> iterator() {
      return names().iterator();
    }
  }
}
