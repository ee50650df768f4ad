package io.reliableoutbox.relay.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.reliableoutbox.relay.outbox.Lag;
import java.time.Duration;
import javax.sql.DataSource;
import org.junit.jupiter.api.Test;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.jdbc.datasource.DriverManagerDataSource;

class LagMetersTest {
  private static final DataSource NOWHERE = new DriverManagerDataSource();
  private final SlowLag lag = new SlowLag();
  private final LagMeters meters = new LagMeters(new SimpleMeterRegistry(), lag, () -> lag.now);

  @Test
  void a_look_that_takes_long_is_repeated_the_less_often() {
    lag.takes = Duration.ofSeconds(3);
    lookEveryTenSeconds(12);
    assertThat(lag.looks).as("of twelve times three seconds").isEqualTo(2);
  }

  @Test
  void a_look_that_is_quick_is_repeated_each_time() {
    lag.takes = Duration.ofMillis(20);
    lookEveryTenSeconds(12);
    assertThat(lag.looks).isEqualTo(12);
  }

  private void lookEveryTenSeconds(int times) {
    for (int time = 0; time < times; time++) {
      meters.look();
      lag.now += Duration.ofSeconds(10).toNanos();
    }
  }

  private static final class SlowLag extends Lag {
    private Duration takes = Duration.ZERO;
    private long now;
    private int looks;

    SlowLag() {
      super(JdbcClient.create(NOWHERE));
    }

    @Override
    public Sample sample() {
      looks++;
      now += takes.toNanos();
      return new Sample(1, 1, 0, 0);
    }
  }
}
