package io.reliableoutbox.lab.soak;

import io.reliableoutbox.lab.system.LabSystem;
import java.util.Map;
import java.util.stream.Collectors;

/** How many messages each queue holds, delivered and unacknowledged ones included. */
public record Queues(LabSystem system) {
  public Map<String, Long> messages() {
    return system
        .rabbitmqctl("-q", "--no-table-headers", "list_queues", "name", "messages")
        .lines()
        .map(line -> line.split("\t"))
        .filter(columns -> columns.length == 2)
        .collect(Collectors.toMap(columns -> columns[0], columns -> Long.parseLong(columns[1])));
  }
}
