package io.reliableoutbox.lab.system;

import io.reliableoutbox.lab.infrastructure.DatabaseServer;
import io.reliableoutbox.lab.infrastructure.HostPort;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** The apps of the system and their settings. order-app comes first. */
record Apps(
    Path home,
    DatabaseServer postgres,
    BrokerSetup broker,
    Credentials credentials,
    int smtpPort,
    Links links) {
  private static final String REQUIRED_QUEUES = "email.orders,inventory.orders,analytics.orders";

  List<AppProcess> all(Scale scale, Path logs, Console console, Runnable changed) {
    var specs = new ArrayList<AppSpec>();
    specs.add(orderApp());
    IntStream.rangeClosed(1, scale.relays()).forEach(number -> specs.add(relay(number)));
    IntStream.rangeClosed(1, scale.consumers()).forEach(number -> specs.add(consumer(number)));
    return specs.stream().map(spec -> new AppProcess(spec, logs, console, changed)).toList();
  }

  private AppSpec orderApp() {
    return new AppSpec(
        "order-app", Jars.ORDER_APP.in(home), 256, database("order-app", "order_app"));
  }

  private AppSpec relay(int number) {
    var name = "relay-" + number;
    var environment = database(name, "outbox_relay");
    environment.put("RABBITMQ_URI", brokerUri(name, Credentials.RELAY));
    environment.put("RELAY_REQUIRED_QUEUES", REQUIRED_QUEUES);
    environment.put("RELAY_NAME", name);
    return new AppSpec(name, Jars.OUTBOX_RELAY.in(home), 256, environment);
  }

  private AppSpec consumer(int number) {
    var name = "consumer-" + number;
    var environment = database(name, "consumer_app");
    environment.put("RABBITMQ_URI", brokerUri(name, Credentials.CONSUMER));
    var mail = links.lay(name, "mail", new HostPort("127.0.0.1", smtpPort));
    environment.put("SPRING_MAIL_HOST", mail.host());
    environment.put("SPRING_MAIL_PORT", Integer.toString(mail.port()));
    return new AppSpec(name, Jars.CONSUMER_APP.in(home), 256, environment);
  }

  Map<String, String> access(String program, String databaseRole, String brokerUser) {
    var environment = database(program, databaseRole);
    environment.put("RABBITMQ_URI", brokerUri(program, brokerUser));
    return environment;
  }

  private String brokerUri(String app, String user) {
    var uri = broker.uri(user);
    for (var node : broker.addresses().entrySet()) {
      var through = links.lay(app, node.getKey(), node.getValue());
      uri = uri.replace("@" + node.getValue(), "@" + through);
    }
    return uri;
  }

  private Map<String, String> database(String app, String role) {
    var environment = new HashMap<String, String>();
    var through = links.lay(app, "postgres", postgres.address());
    environment.put(
        "SPRING_DATASOURCE_URL",
        postgres
            .jdbcUrl(Servers.DATABASE)
            .replace(postgres.address().toString(), through.toString()));
    environment.put("SPRING_DATASOURCE_USERNAME", role);
    environment.put("SPRING_DATASOURCE_PASSWORD", credentials.database(role));
    return environment;
  }
}
