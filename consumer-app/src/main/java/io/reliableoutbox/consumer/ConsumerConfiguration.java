package io.reliableoutbox.consumer;

import io.micrometer.core.instrument.MeterRegistry;
import io.reliableoutbox.consumer.inbox.Effect;
import io.reliableoutbox.consumer.inbox.Horizon;
import io.reliableoutbox.consumer.inbox.Inbox;
import io.reliableoutbox.consumer.inbox.InboxWorker;
import io.reliableoutbox.consumer.inbox.RetryDelays;
import io.reliableoutbox.consumer.inbox.Traces;
import io.reliableoutbox.consumer.rabbit.BrokerLink;
import io.reliableoutbox.consumer.rabbit.Subscription;
import io.reliableoutbox.consumer.start.DatabaseCheck;
import io.reliableoutbox.consumer.start.StartRefused;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.sql.DatabaseProduct;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.TransactionException;
import org.springframework.transaction.support.TransactionOperations;

/** Puts the consumers together: for each that is enabled a subscription, an inbox, a worker. */
@Configuration
@EnableScheduling
@EnableSchedulerLock(defaultLockAtMostFor = "10m")
class ConsumerConfiguration {

  @Bean
  Consumers consumers(
      ConsumerSettings settings,
      BrokerSettings broker,
      List<Effect<?>> effects,
      TransactionOperations transactions,
      JdbcClient jdbc,
      MeterRegistry meters,
      Traces traces,
      DatabaseCheck database) {
    database.require(settings.databaseWait());
    var stop = new StopSignal();
    var delays = new RetryDelays(settings.retryDelays());
    var horizon = new Horizon(settings.replayHorizon(), InstantSource.system());
    Map<String, InboxWorker> workers = new LinkedHashMap<>();
    List<Subscription> subscriptions = new ArrayList<>();
    List<Subscription> deadLetters = new ArrayList<>();
    Map<String, Effect<?>> byName = byName(effects);
    for (String consumer : settings.enabled()) {
      var inbox = new Inbox<>(effect(consumer, byName), delays, horizon, transactions, jdbc);
      List<Subscription> toEvents =
          Stream.generate(
                  () -> Subscription.toEvents(consumer, settings.prefetch(), settings.othersWait()))
              .limit(settings.workers())
              .toList();
      for (int i = 0; i < toEvents.size(); i++) {
        var deliveries = toEvents.get(i).deliveries();
        workers.put(
            i == 0 ? consumer : consumer + "-" + (i + 1),
            new InboxWorker(inbox, deliveries, settings.batch(), meters, traces, stop));
      }
      subscriptions.addAll(toEvents);
      deadLetters.add(Subscription.toDeadLetters(toEvents.get(0)));
      WaitingGauges.ready(meters, consumer, toEvents.get(0)::ready);
    }
    return new Consumers(
        link("events", broker, subscriptions),
        link("dead letters", broker, deadLetters),
        workers,
        stop);
  }

  private static BrokerLink link(
      String brings, BrokerSettings broker, List<Subscription> subscriptions) {
    return new BrokerLink(brings, broker.uris(), broker.tls(), subscriptions);
  }

  private static Map<String, Effect<?>> byName(List<Effect<?>> effects) {
    return effects.stream().collect(Collectors.toMap(Effect::consumer, Function.identity()));
  }

  private static Effect<?> effect(String consumer, Map<String, Effect<?>> effects) {
    Effect<?> effect = effects.get(consumer);
    if (effect == null) {
      throw new StartRefused(
          "consumer.enabled names '%s', but there are only %s"
              .formatted(consumer, new TreeMap<>(effects).keySet()));
    }
    return effect;
  }

  @Bean
  LockProvider lockProvider(DataSource dataSource) {
    LockProvider locks =
        new JdbcTemplateLockProvider(
            JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(dataSource))
                .withTableName("consuming.shedlock")
                // Else it asks the database, at a moment when that may be away.
                .withDatabaseProduct(DatabaseProduct.POSTGRES_SQL)
                .usingDbTime()
                .build());
    return wanted -> lock(locks, wanted);
  }

  // While the database is away nobody has the lock; the consumers say so already.
  private static Optional<SimpleLock> lock(LockProvider locks, LockConfiguration wanted) {
    try {
      return locks.lock(wanted);
    } catch (DataAccessException | TransactionException e) {
      return Optional.empty();
    }
  }
}
