package io.reliableoutbox.relay;

import io.reliableoutbox.relay.core.Outcomes;
import io.reliableoutbox.relay.loop.Relay;
import io.reliableoutbox.relay.outbox.LeaseTable;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.outbox.Outbox;
import io.reliableoutbox.relay.outbox.OutboxVersion;
import io.reliableoutbox.relay.rabbit.Broker;
import io.reliableoutbox.relay.socket.PromptSocket;
import io.reliableoutbox.relay.trace.OutboxSpans;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import javax.sql.DataSource;
import net.javacrumbs.shedlock.core.LockConfiguration;
import net.javacrumbs.shedlock.core.LockProvider;
import net.javacrumbs.shedlock.core.SimpleLock;
import net.javacrumbs.shedlock.provider.jdbctemplate.JdbcTemplateLockProvider;
import net.javacrumbs.shedlock.provider.sql.DatabaseProduct;
import net.javacrumbs.shedlock.spring.annotation.EnableSchedulerLock;
import org.postgresql.Driver;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;
import org.springframework.dao.DataAccessException;
import org.springframework.jdbc.core.JdbcTemplate;
import org.springframework.jdbc.datasource.SimpleDriverDataSource;
import org.springframework.scheduling.annotation.EnableScheduling;
import org.springframework.transaction.TransactionException;

/** Puts the relay together. */
@Configuration
@EnableScheduling
@EnableSchedulerLock(defaultLockAtMostFor = "10m")
class RelayConfiguration {

  @Bean
  Relay relay(
      RelaySettings settings,
      BrokerSettings brokerSettings,
      Outbox outbox,
      Marks marks,
      LeaseTable leaseTable,
      OutboxVersion version,
      DataSourceProperties database,
      Outcomes outcomes,
      OutboxSpans spans) {
    version.require();
    Broker broker =
        new Broker(
            brokerSettings.uris(),
            brokerSettings.tls(),
            settings.schema(),
            settings.exchange(),
            settings.requiredQueues());
    return new Relay(
        settings, broker, outbox, marks, leaseTable, ownConnections(database), outcomes, spans);
  }

  // LISTEN needs a connection that stays; one from the pool would be missing there.
  static DataSource ownConnections(DataSourceProperties database) {
    return new SimpleDriverDataSource(new Driver(), database.determineUrl(), properties(database));
  }

  private static Properties properties(DataSourceProperties database) {
    Properties properties = new Properties();
    properties.setProperty("ApplicationName", "outbox-relay hints");
    properties.setProperty("connectTimeout", "5");
    properties.setProperty("loginTimeout", "5");
    properties.setProperty("socketTimeout", "8");
    properties.setProperty("tcpKeepAlive", "true");
    properties.setProperty("socketFactory", PromptSocket.Factory.class.getName());
    properties.setProperty("user", Objects.requireNonNullElse(database.determineUsername(), ""));
    properties.setProperty(
        "password", Objects.requireNonNullElse(database.determinePassword(), ""));
    return properties;
  }

  @Bean
  LockProvider lockProvider(DataSource dataSource) {
    LockProvider locks =
        new JdbcTemplateLockProvider(
            JdbcTemplateLockProvider.Configuration.builder()
                .withJdbcTemplate(new JdbcTemplate(dataSource))
                // Else it asks the database, at a moment when that may be away.
                .withDatabaseProduct(DatabaseProduct.POSTGRES_SQL)
                .usingDbTime()
                .build());
    return wanted -> lock(locks, wanted);
  }

  // While the database is away nobody has the lock; the loop says so already.
  private static Optional<SimpleLock> lock(LockProvider locks, LockConfiguration wanted) {
    try {
      return locks.lock(wanted);
    } catch (DataAccessException | TransactionException e) {
      return Optional.empty();
    }
  }
}
