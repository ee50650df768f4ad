package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The apps of the system and their settings. order-app comes first. */
record Apps(
    Path home, DatabaseServer postgres, BrokerSetup broker, Credentials credentials, int smtpPort) {
  private static final String REQUIRED_QUEUES = "email.orders,inventory.orders,analytics.orders";

  List<AppProcess> all(Path logs, Console console, Runnable changed) {
    return List.of(orderApp(), relay(1), relay(2), consumer(1), consumer(2)).stream()
        .map(spec -> new AppProcess(spec, logs, console, changed))
        .toList();
  }

  private AppSpec orderApp() {
    return new AppSpec("order-app", Jars.ORDER_APP.in(home), 256, database("order_app"));
  }

  private AppSpec relay(int number) {
    var environment = database("outbox_relay");
    environment.put("RABBITMQ_URI", broker.uri(Credentials.RELAY));
    environment.put("RELAY_REQUIRED_QUEUES", REQUIRED_QUEUES);
    environment.put("RELAY_NAME", "relay-" + number);
    return new AppSpec("relay-" + number, Jars.OUTBOX_RELAY.in(home), 256, environment);
  }

  private AppSpec consumer(int number) {
    var environment = database("consumer_app");
    environment.put("RABBITMQ_URI", broker.uri(Credentials.CONSUMER));
    environment.put("SPRING_MAIL_HOST", "127.0.0.1");
    environment.put("SPRING_MAIL_PORT", Integer.toString(smtpPort));
    return new AppSpec("consumer-" + number, Jars.CONSUMER_APP.in(home), 256, environment);
  }

  private Map<String, String> database(String role) {
    var environment = new HashMap<String, String>();
    environment.put("SPRING_DATASOURCE_URL", postgres.jdbcUrl(LabSystem.DATABASE));
    environment.put("SPRING_DATASOURCE_USERNAME", role);
    environment.put("SPRING_DATASOURCE_PASSWORD", credentials.database(role));
    return environment;
  }
}
