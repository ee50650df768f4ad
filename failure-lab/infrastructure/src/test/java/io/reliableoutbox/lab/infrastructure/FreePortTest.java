package io.reliableoutbox.lab.infrastructure;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class FreePortTest {
  @Test
  void no_port_is_given_twice() {
    assertThat(IntStream.range(0, 200).map(i -> FreePort.next()).distinct().count()).isEqualTo(200);
  }

  @Test
  void a_taken_port_gives_way_to_the_next_free_one() throws Exception {
    try (var taken = new ServerSocket(FreePort.next(), 1, InetAddress.getLoopbackAddress())) {
      assertThat(FreePort.from(taken.getLocalPort())).isGreaterThan(taken.getLocalPort());
    }
  }
}
