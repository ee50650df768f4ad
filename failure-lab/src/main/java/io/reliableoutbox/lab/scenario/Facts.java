package io.reliableoutbox.lab.scenario;

import io.reliableoutbox.lab.fault.BrokerAdmin;
import io.reliableoutbox.lab.load.LoadGenerator;
import io.reliableoutbox.lab.system.LabSystem;
import java.nio.file.Path;

/** What a story can see of the system in which it is played, and of what customers were told. */
public abstract sealed class Facts permits Stage {
  final LabSystem system;
  final LoadGenerator load;
  final Lookout lookout;

  Facts(LabSystem system, LoadGenerator load, Lookout lookout) {
    this.system = system;
    this.load = load;
    this.lookout = lookout;
  }

  public LabSystem system() {
    return system;
  }

  /** As the role that sees everything. */
  public Sql sql() {
    return as("inspector");
  }

  public Sql as(String role) {
    return new Sql(system.dataSource(role));
  }

  public Sql superuser() {
    return new Sql(system.superuser());
  }

  public BrokerAdmin broker() {
    return new BrokerAdmin(system.brokerUri());
  }

  /** Events of the outbox that are not published, and not behind a parked one. */
  public long waiting() {
    return sql().number("select pending from ordering.outbox_lag");
  }

  /** Order events that are published, this story's and earlier ones. */
  public long published() {
    return sql().number("select count(*) from public.ledger where published_at is not null");
  }

  /** Messages in the consumers' inboxes that wait for a person. */
  public long parked() {
    return sql().number("select count(*) from consuming.parked");
  }

  /** The most attempts that any waiting event has spent. */
  public long attempts() {
    return sql()
        .number(
            "select coalesce(max(attempts), 0) from ordering.outbox_state where state not in ('PUBLISHED', 'SKIPPED')");
  }

  /** The state of one event of another service; version 0 means the first of those without one. */
  public String state(String aggregate, long version) {
    return sql().text("select state " + event(aggregate, version));
  }

  public String id(String aggregate, long version) {
    return sql().text("select id " + event(aggregate, version));
  }

  private static String event(String aggregate, long version) {
    return "from ordering.outbox_state where aggregate_id = '%s' and coalesce(aggregate_version, 0) = %d order by position limit 1"
        .formatted(aggregate, version);
  }

  /** Requests of this story that customers know to be carried out. */
  public long acknowledged() {
    return load.counts().acknowledged();
  }

  /** Requests whose first answer was lost, and which got one when they were asked again. */
  public long recovered() {
    return load.counts().recovered();
  }

  /** What an app says about its connection to the broker. */
  public String brokerHealth(String component) {
    return Health.detail(String.valueOf(system.component(component).url()), "broker", "broker");
  }

  /** Where a program that the story starts leaves its log. */
  public Path log(String program) {
    return system.folder().resolve("logs").resolve(program + ".log");
  }

  /** How many buckets this relay owns. */
  public long buckets(String relay) {
    return sql()
        .number(
            "select coalesce(sum(buckets), 0) from ordering.relay_state where alive and name = '%s'"
                .formatted(relay));
  }

  /** Effects of this story's events so far. */
  public long effects() {
    return lookout.look().effects();
  }

  /** Deliveries of this story that the inboxes knew already. */
  public long duplicates() {
    return lookout.duplicates();
  }
}
