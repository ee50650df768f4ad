package io.reliableoutbox.consumer;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.ArrayList;
import java.util.List;
import org.springframework.boot.builder.SpringApplicationBuilder;
import org.springframework.boot.health.actuate.endpoint.HealthEndpoint;
import org.springframework.boot.health.actuate.endpoint.IndicatedHealthDescriptor;
import org.springframework.context.ConfigurableApplicationContext;

/** A whole consumer-app in this JVM, with settings and, where a test needs it, beans of its own. */
public final class ConsumerProcess implements AutoCloseable {
  private final ConfigurableApplicationContext context;

  private ConsumerProcess(ConfigurableApplicationContext context) {
    this.context = context;
  }

  public static ConsumerProcess start(
      ConsumerDatabase database, String brokerUri, List<String> settings, Class<?>... beans) {
    var sources = new ArrayList<Class<?>>(List.of(beans));
    sources.add(ConsumerApplication.class);
    var arguments =
        new ArrayList<>(
            List.of(
                "--server.port=0",
                "--spring.datasource.url=" + database.jdbcUrl(),
                "--spring.datasource.password=" + ConsumerDatabase.PASSWORD,
                "--rabbitmq.uri=" + brokerUri,
                "--consumer.retry-delays=100ms,200ms,400ms",
                "--spring.jmx.enabled=false"));
    arguments.addAll(settings);
    return new ConsumerProcess(
        new SpringApplicationBuilder(sources.toArray(Class<?>[]::new))
            .registerShutdownHook(false)
            .run(arguments.toArray(String[]::new)));
  }

  public double count(String meter, String consumer) {
    return context
        .getBean(MeterRegistry.class)
        .get(meter)
        .tag("consumer", consumer)
        .counter()
        .count();
  }

  public double gauge(String meter, String consumer, String... state) {
    var search = context.getBean(MeterRegistry.class).get(meter).tag("consumer", consumer);
    for (String each : state) {
      search.tag("state", each);
    }
    return search.gauge().value();
  }

  public String health(String... path) {
    return context.getBean(HealthEndpoint.class).healthForPath(path).getStatus().getCode();
  }

  public String healthDetails(String indicator) {
    var health = context.getBean(HealthEndpoint.class).healthForPath(indicator);
    return String.valueOf(((IndicatedHealthDescriptor) health).getDetails());
  }

  public int port() {
    return context.getEnvironment().getRequiredProperty("local.server.port", Integer.class);
  }

  public <T> T bean(Class<T> type) {
    return context.getBean(type);
  }

  @Override
  public void close() {
    context.close();
  }
}
