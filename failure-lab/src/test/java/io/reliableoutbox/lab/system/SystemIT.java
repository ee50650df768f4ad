package io.reliableoutbox.lab.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.lab.load.ClientRecord;
import io.reliableoutbox.lab.load.Drain;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.load.OrderClient;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The whole system, with the real jars, on whatever infrastructure is there. */
class SystemIT {
  private static final Path HOME = Path.of("..").toAbsolutePath().normalize();
  private static final String JUDGE =
      """
      select consumer, count(*) filter (where seq is null) as missing,
             count(*) filter (where seq <= before) as out_of_order
      from (
        select c.consumer, c.seq,
               max(c.seq) over (partition by c.consumer, l.aggregate_id order by l.aggregate_version
                                rows between unbounded preceding and 1 preceding) as before
        from public.ledger l
        cross join lateral (values ('email', l.email_applied_seq),
                                   ('inventory', l.inventory_applied_seq),
                                   ('analytics', l.analytics_applied_seq)) c(consumer, seq)
      ) judged
      group by consumer
      order by consumer
      """;

  @Test
  void every_acknowledged_event_is_applied_once_and_in_order_while_processes_are_killed()
      throws Exception {
    List<Long> pids;
    var console = new Console(System.out);
    try (var system = new LabSystem(HOME, console)) {
      system.start(TestInfrastructure.choice());
      pids = system.components().stream().map(Component::pid).toList();
      assertThat(pids).hasSize(7).doesNotContain(0L);

      var acknowledged = system.folder().resolve("acknowledged.csv");
      var load =
          new LoadGenerator(new OrderClient(system.orderUrl()), new ClientRecord(acknowledged));
      load.start(10);
      await().atMost(Duration.ofMinutes(1)).until(() -> load.counts().orders() > 50);
      kill(system, "relay-1");
      kill(system, "consumer-1");
      await().atMost(Duration.ofMinutes(1)).until(() -> load.counts().orders() > 150);
      component(system, "relay-1").start();
      component(system, "consumer-1").start();
      load.stop(Duration.ofMinutes(1));
      assertThat(load.counts().unknown()).isZero();
      assertThat(new Drain(system.dataSource("inspector")).await(Duration.ofMinutes(2))).isTrue();

      assertThat(query(system, JUDGE))
          .containsExactly("analytics 0 0", "email 0 0", "inventory 0 0");
      assertThat(committed(system)).containsAll(pairs(acknowledged));
      await()
          .atMost(Duration.ofMinutes(1))
          .until(() -> system.mail().counts().distinct() >= load.counts().orders());
    }
    assertThat(pids).noneMatch(pid -> ProcessHandle.of(pid).isPresent());
  }

  private static void kill(LabSystem system, String name) {
    var component = component(system, name);
    component.kill();
    assertThat(component.state()).isEqualTo("down");
  }

  private static Component component(LabSystem system, String name) {
    return system.components().stream()
        .filter(component -> component.name().equals(name))
        .findFirst()
        .orElseThrow();
  }

  private static Set<String> committed(LabSystem system) throws SQLException {
    return new HashSet<>(
        query(system, "select aggregate_id, aggregate_version from public.ledger"));
  }

  private static Set<String> pairs(Path acknowledged) throws IOException {
    try (var lines = Files.lines(acknowledged)) {
      return lines
          .skip(1)
          .map(line -> line.substring(0, line.lastIndexOf(',')).replace(',', ' '))
          .collect(java.util.stream.Collectors.toSet());
    }
  }

  private static List<String> query(LabSystem system, String sql) throws SQLException {
    try (var connection = system.dataSource("inspector").getConnection();
        var result = connection.createStatement().executeQuery(sql)) {
      var rows = new ArrayList<String>();
      while (result.next()) {
        var row = new ArrayList<String>();
        for (int i = 1; i <= result.getMetaData().getColumnCount(); i++) {
          row.add(result.getString(i));
        }
        rows.add(String.join(" ", row));
      }
      return rows;
    }
  }
}
