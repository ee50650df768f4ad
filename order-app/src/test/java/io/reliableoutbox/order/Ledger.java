package io.reliableoutbox.order;

import java.util.List;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Compares orders and outbox as sets of (order, version). */
public final class Ledger {
  private Ledger() {}

  /** Versions without an event, and events without a version; empty where both agree. */
  public static List<String> disagreements(JdbcClient observer) {
    return observer
        .sql(
            """
            with version as (
              select id::text as id, v as version from ordering.orders, generate_series(1, orders.version) v),
            event as (
              select aggregate_id as id, aggregate_version as version
              from ordering.outbox where aggregate_type = 'order')
            (select 'no event: ' || id || ' ' || version from (table version except all table event) m(id, version))
            union all
            (select 'no order: ' || id || ' ' || coalesce(version::text, 'null')
             from (table event except all table version) m(id, version))
            """)
        .query(String.class)
        .list();
  }

  public static long orders(JdbcClient observer) {
    return observer.sql("select count(*) from ordering.orders").query(Long.class).single();
  }

  public static long events(JdbcClient observer) {
    return observer.sql("select count(*) from ordering.outbox").query(Long.class).single();
  }
}
