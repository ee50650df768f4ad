package io.reliableoutbox.benchmark.orders;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PgBenchOutputTest {
  @Test
  void its_rate_is_found() {
    var output =
        """
        pgbench (15.13, server 18.6)
        number of transactions actually processed: 29817
        latency average = 5.365 ms
        initial connection time = 41.530 ms
        tps = 2982.190351 (without initial connection time)
        """;
    assertThat(PgBench.rate(output)).hasValue(2982.190351);
  }

  @Test
  void an_output_that_broke_off_has_none() {
    assertThat(PgBench.rate("pgbench: error: connection to server failed")).isEmpty();
  }
}
