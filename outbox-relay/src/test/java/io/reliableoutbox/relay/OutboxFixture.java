package io.reliableoutbox.relay;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import io.reliableoutbox.db.Migrations;
import io.reliableoutbox.lab.infrastructure.TestDatabase;
import io.reliableoutbox.lab.infrastructure.TestInfrastructure;
import io.reliableoutbox.relay.core.Outcomes;
import io.reliableoutbox.relay.loop.Relay;
import io.reliableoutbox.relay.outbox.LeaseTable;
import io.reliableoutbox.relay.outbox.Marks;
import io.reliableoutbox.relay.outbox.Outbox;
import io.reliableoutbox.relay.rabbit.Broker;
import io.reliableoutbox.relay.trace.OutboxSpans;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import javax.sql.DataSource;
import org.springframework.boot.context.config.ConfigDataEnvironmentPostProcessor;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.jdbc.autoconfigure.DataSourceProperties;
import org.springframework.core.env.MapPropertySource;
import org.springframework.core.env.StandardEnvironment;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A migrated database with relays on it that belong to one test. */
public final class OutboxFixture implements AutoCloseable {
  public static final String RELAY_PASSWORD = "relay-password";
  public final TestDatabase database;
  public final JdbcClient sql;
  private boolean patient;
  private final List<Relay> relays = new ArrayList<>();
  private final List<HikariDataSource> pools = new ArrayList<>();

  public OutboxFixture() {
    this(TestInfrastructure.freshDatabase(fresh -> Migrations.migrate(fresh.dataSource())));
  }

  /** On a database that is migrated already, and is removed at the end. */
  public OutboxFixture(TestDatabase migrated) {
    database = migrated;
    sql = JdbcClient.create(pool(owner()));
    database.execute("alter role outbox_relay password '" + RELAY_PASSWORD + "'");
    database.execute("alter role order_app password '" + RELAY_PASSWORD + "'");
  }

  /** Settings for tests: a short lease, the rest as by default. */
  public static RelaySettings settings() {
    return settings(Duration.ofSeconds(2), Duration.ofMillis(1500), Duration.ofHours(1), List.of());
  }

  public static RelaySettings settings(
      Duration lease, Duration confirmTimeout, Duration parkAfter, List<String> requiredQueues) {
    return new RelaySettings(
        "",
        "ordering",
        "orders.events",
        lease,
        Duration.ofMillis(50),
        200,
        confirmTimeout,
        parkAfter,
        Duration.ofDays(7),
        requiredQueues);
  }

  /** The same, with a name and another lease. */
  public static RelaySettings settings(String name, Duration lease) {
    return settings(name, lease, "ordering", "orders.events");
  }

  static RelaySettings settings(String name, Duration lease, String schema, String exchange) {
    RelaySettings s = settings();
    return new RelaySettings(
        name,
        schema,
        exchange,
        lease,
        s.pollInterval(),
        s.window(),
        s.confirmTimeout(),
        s.parkAfter(),
        s.retention(),
        s.requiredQueues());
  }

  /** One that has to wait for hints between its searches. */
  static RelaySettings seldomPolling(Duration lease, Duration pollInterval) {
    RelaySettings s = settings();
    return new RelaySettings(
        s.name(),
        s.schema(),
        s.exchange(),
        lease,
        pollInterval,
        s.window(),
        s.confirmTimeout(),
        s.parkAfter(),
        s.retention(),
        s.requiredQueues());
  }

  public Relay startRelay(String brokerUri) {
    return startRelay(brokerUri, settings());
  }

  /** Starts a relay in this process, on connections and with a role as in production. */
  public Relay startRelay(String brokerUri, RelaySettings settings) {
    DataSourceProperties connections = connections();
    HikariConfig config = patient(asInProduction(connections, settings.schema()));
    // Else a witness could not tell it from a relay's own process.
    config.addDataSourceProperty("ApplicationName", "relay within the test");
    JdbcClient jdbc = JdbcClient.create(pool(config));
    BrokerSettings broker = new BrokerSettings(List.of(brokerUri), null);
    Relay relay =
        new Relay(
            settings,
            new Broker(
                broker.uris(),
                broker.tls(),
                settings.schema(),
                settings.exchange(),
                settings.requiredQueues()),
            new Outbox(jdbc),
            new Marks(jdbc),
            new LeaseTable(jdbc),
            RelayConfiguration.ownConnections(connections),
            Outcomes.IGNORED,
            OutboxSpans.NONE);
    relays.add(relay);
    relay.start();
    return relay;
  }

  /** From now on relays wait for a lock for as long as a test holds it. */
  void withPatientRelays() {
    patient = true;
  }

  private HikariConfig patient(HikariConfig production) {
    if (patient) {
      production.setConnectionInitSql(
          production.getConnectionInitSql() + "; set lock_timeout = 0; set statement_timeout = 0");
      production.getDataSourceProperties().remove("socketTimeout");
    }
    return production;
  }

  private DataSourceProperties connections() {
    DataSourceProperties relay = new DataSourceProperties();
    relay.setUrl(database.jdbcUrl());
    relay.setUsername("outbox_relay");
    relay.setPassword(RELAY_PASSWORD);
    return relay;
  }

  /** With all that application.yaml says: what a relay sets in its sessions, how long it waits. */
  static HikariConfig asInProduction(DataSourceProperties connections, String schema) {
    StandardEnvironment environment = new StandardEnvironment();
    environment
        .getPropertySources()
        .addFirst(new MapPropertySource("test", Map.of("relay.schema", schema)));
    ConfigDataEnvironmentPostProcessor.applyTo(environment);
    HikariConfig config =
        Binder.get(environment)
            .bind("spring.datasource.hikari", Bindable.of(HikariConfig.class))
            .get();
    config.setJdbcUrl(connections.determineUrl());
    config.setUsername(connections.determineUsername());
    config.setPassword(connections.determinePassword());
    return config;
  }

  private HikariConfig owner() {
    HikariConfig config = new HikariConfig();
    config.setJdbcUrl(database.jdbcUrl());
    config.setUsername(database.username());
    config.setPassword(database.password());
    config.setSchema("ordering");
    config.setMaximumPoolSize(20);
    config.setMinimumIdle(0);
    config.setConnectionTimeout(3000);
    return config;
  }

  private HikariDataSource pool(HikariConfig config) {
    HikariDataSource pool = new HikariDataSource(config);
    pools.add(pool);
    return pool;
  }

  /** Inserts an event and returns its message id. */
  public String insert(String aggregateId, String eventType) {
    return sql.sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload)
            values ('thing', :id, :type, '{"a": 1}') returning id::text
            """)
        .param("id", aggregateId)
        .param("type", eventType)
        .query(String.class)
        .single();
  }

  /** Inserts an event of an aggregate with versions and returns its message id. */
  public String insertVersion(String aggregateId, long version) {
    return sql.sql(
            """
            insert into outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
            values ('thing', :id, :version, 'thing.changed', '{"a": 1}') returning id::text
            """)
        .param("id", aggregateId)
        .param("version", version)
        .query(String.class)
        .single();
  }

  /** Inserts so many events, spread over so many aggregates, in one statement. */
  public void insertMany(int events, int aggregates) {
    sql.sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload)
            select 'thing', 'a' || n % :aggregates, 'thing.changed', json_build_object('n', n)
            from generate_series(1, :events) n
            """)
        .param("events", events)
        .param("aggregates", aggregates)
        .update();
  }

  /** Inserts so many events of a megabyte. */
  void insertLarge(int events) {
    sql.sql(
            """
            insert into outbox (aggregate_type, aggregate_id, event_type, payload)
            select 'thing', 'large' || n, 'thing.changed', to_json(repeat('x', 1000000))
            from generate_series(1, :events) n
            """)
        .param("events", events)
        .update();
  }

  /** How many buckets the relays of this name own. */
  public long bucketsOf(String name) {
    return sql.sql(
            "select count(*) from outbox_bucket b join relay r on r.relay_id = b.owner where r.name = :name")
        .param("name", name)
        .query(Long.class)
        .single();
  }

  /** The database's processes that have begun to listen for hints in the last half minute. */
  List<Integer> listeners() {
    return sql.sql(
            """
            select pid from pg_stat_activity
            where datname = current_database() and query like 'listen %' and state = 'idle'
            """)
        .query(Integer.class)
        .list();
  }

  /** How many the relays have stored in that state; the view shows what is blocked at once. */
  long stored(String state) {
    return sql.sql("select count(*) from outbox_delivery where state = :state")
        .param("state", state)
        .query(Long.class)
        .single();
  }

  public long count(String state) {
    return sql.sql("select count(*) from outbox_state where state = :state")
        .param("state", state)
        .query(Long.class)
        .single();
  }

  public List<String> ids(String state) {
    return sql.sql("select id::text from outbox_state where state = :state order by position")
        .param("state", state)
        .query(String.class)
        .list();
  }

  /** The state of one event. */
  public String state(String id) {
    return sql.sql("select state from outbox_state where id = :id::uuid")
        .param("id", id)
        .query(String.class)
        .single();
  }

  /** The attempts of all events together. */
  public long attempts() {
    return sql.sql("select sum(attempts) from outbox_state").query(Long.class).single();
  }

  /** What a query gives that an operator runs: {@code select ordering.skip(...)}. */
  public String operator(String query) {
    return JdbcClient.create(operator())
        .sql(query)
        .query((row, n) -> String.valueOf(row.getString(1)))
        .single();
  }

  /** Connections of the role that operators have. */
  DataSource operator() {
    database.execute("alter role operator password '" + RELAY_PASSWORD + "'");
    return database.dataSource("operator", RELAY_PASSWORD);
  }

  public String skip(String id) {
    return operator("select ordering.skip('" + id + "', 'a test')");
  }

  public String replay(String id) {
    return operator("select ordering.replay('" + id + "')");
  }

  @Override
  public void close() {
    relays.stream().filter(Relay::isRunning).forEach(Relay::stop);
    pools.forEach(HikariDataSource::close);
    database.drop();
  }
}
