package io.reliableoutbox.benchmark.orders;

import io.reliableoutbox.benchmark.stand.OutboxTable;
import io.reliableoutbox.benchmark.stand.Stand;
import io.reliableoutbox.lab.infrastructure.InfrastructureException;
import io.reliableoutbox.lab.infrastructure.Launch;
import io.reliableoutbox.lab.infrastructure.Scratch;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.regex.Pattern;

/** The same transaction by pgbench, where that is installed. */
record PgBench(Stand stand) {
  private static final Pattern RATE = Pattern.compile("tps = ([0-9.]+) ");
  private static final int PAYLOAD = 350; // that of an order with two lines

  private static final String SCRIPT =
      """
      \\set n :n + %1$d
      \\set id :n + :client_id
      begin;
      insert into ordering.orders (id, customer_id, status, version, currency, total, created_at)
        values (('00000000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid, 'customer-42', 'CREATED', 1, 'EUR', 44.80, clock_timestamp());
      insert into ordering.order_lines (order_id, line, sku, quantity, unit_price)
        values (('00000000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid, 1, 'SKU-1', 2, 19.90),
               (('00000000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'))::uuid, 2, 'SKU-7', 1, 5.00);
      insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
        values ('order', '00000000-0000-7000-8000-' || lpad(to_hex(:id::bigint), 12, '0'), 1, 'order.created', '%2$s');
      commit;
      """;

  static boolean installed() {
    return Launch.onPath("pgbench").isPresent();
  }

  /** Transactions a second of so many clients, each on a connection of its own. */
  double rate(int clients, Duration time) {
    try {
      var script = Scratch.folder("pgbench").resolve("order.sql");
      Files.writeString(script, SCRIPT.formatted(clients, OutboxTable.payload(PAYLOAD)));
      return run(script, clients, time);
    } catch (IOException e) {
      throw new InfrastructureException("Can't run pgbench.", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InfrastructureException("Interrupted.", e);
    }
  }

  private double run(Path script, int clients, Duration time)
      throws IOException, InterruptedException {
    var address = stand.postgres().address();
    var builder =
        new ProcessBuilder(
                List.of(
                    "pgbench",
                    "--no-vacuum",
                    "--protocol=prepared",
                    "--client=" + clients,
                    "--jobs=2",
                    "--time=" + time.toSeconds(),
                    // Ids that ascend, as order-app's do, and that no earlier run has had.
                    "--define=n=" + 100 * System.currentTimeMillis(),
                    "--file=" + script,
                    "--host=" + address.host(),
                    "--port=" + address.port(),
                    "--username=order_app",
                    Stand.DATABASE))
            .redirectErrorStream(true);
    builder.environment().put("PGPASSWORD", stand.rolePassword());
    var process = builder.start();
    var output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    if (process.waitFor() != 0) {
      throw new InfrastructureException("pgbench failed: " + output);
    }
    return rate(output)
        .orElseThrow(() -> new InfrastructureException("pgbench says no rate: " + output));
  }

  /** What it says at its end, without the time that connecting took. */
  static OptionalDouble rate(String output) {
    var found = RATE.matcher(output);
    return found.find()
        ? OptionalDouble.of(Double.parseDouble(found.group(1)))
        : OptionalDouble.empty();
  }
}
