package io.reliableoutbox.lab.check;

/** What the checker asks the tables; each row of an answer is an id, or a sentence. */
final class Questions {
  static final String EFFECTS =
      """
      select aggregate_id || ' ' || coalesce(aggregate_version::text, '?') from consuming.inbox
      where consumer = ? and aggregate_type = 'order' and state = 'APPLIED'
      """;

  static final String COMMITTED =
      """
      select o.id || ' ' || v.version
      from ordering.orders o cross join lateral generate_series(1, o.version) v(version)
      """;

  /** A customer's request always has a key: an order without one was made by nobody's request. */
  static final String WITHOUT_A_KEY =
      """
      select 'order ' || o.id || ' has no Idempotency-Key' from ordering.orders o
      where not exists (select from ordering.idempotency_key k where k.order_id = o.id)
      """;

  static final String OUT_OF_ORDER =
      """
      select consumer || ' ' || aggregate_id || ' ' || coalesce(aggregate_version::text, '?')
      from (
        select consumer, aggregate_id, aggregate_version, applied_seq,
               max(applied_seq) over (partition by consumer, aggregate_id order by aggregate_version
                                      rows between unbounded preceding and 1 preceding) as before
        from consuming.inbox
        where aggregate_type = 'order' and state = 'APPLIED') applied
      where applied_seq <= before
      """;

  /** Effects in the consumers' own tables that don't match what the inbox says was applied. */
  static final String MISCOUNTED =
      """
      select 'email ' || i.message_id from consuming.inbox i
      left join consuming.email e using (message_id)
      where i.consumer = 'email' and i.state = 'APPLIED' and i.outcome = 'MAIL_RECORDED' and e.message_id is null
      union all
      select 'analytics counts ' || counted || ' orders of ' || applied
      from (select coalesce(sum(orders), 0) as counted from consuming.daily_revenue) c,
           (select count(*) as applied from consuming.inbox
            where consumer = 'analytics' and state = 'APPLIED' and event_type = 'order.created') a
      where counted <> applied
      union all
      select 'analytics counts ' || counted || ' cancelled orders of ' || applied
      from (select coalesce(sum(cancelled_orders), 0) as counted from consuming.daily_revenue) c,
           (select count(*) as applied from consuming.inbox
            where consumer = 'analytics' and state = 'APPLIED' and event_type = 'order.cancelled') a
      where counted <> applied
      """;

  /** What inventory has set aside against what was ordered and not cancelled. */
  static final String RESERVATIONS =
      """
      with ordered as (
        select l.order_id::text, l.sku, sum(l.quantity)::bigint as quantity
        from ordering.orders o
        join ordering.order_lines l on l.order_id = o.id
        join consuming.inbox i on i.consumer = 'inventory' and i.aggregate_type = 'order'
          and i.aggregate_id = o.id::text and i.aggregate_version = 1 and i.outcome = 'RESERVED'
        where o.status <> 'CANCELLED'
        group by l.order_id, l.sku)
      select 'inventory ' || order_id || ' ' || sku || ': ' || coalesce(r.quantity, 0) || ' of '
             || coalesce(o.quantity, 0) || ' are reserved'
      from ordered o full join consuming.reservation r using (order_id, sku)
      where o.quantity is distinct from r.quantity
      union all
      -- The migrations put a million of each on the shelf.
      select 'inventory ' || sku || ': ' || available || ' left and ' || reserved || ' reserved of 1000000'
      from (select s.sku, s.available, coalesce(sum(r.quantity), 0) as reserved
            from consuming.stock s left join consuming.reservation r using (sku)
            where s.sku ~ '^SKU-[0-9]+$'
            group by s.sku, s.available) shelf
      where available + reserved <> 1000000
      """;

  static final String UNEXPECTED_MAILS =
      """
      select 'email ' || e.message_id from consuming.email e
      left join consuming.inbox i on i.consumer = 'email' and i.message_id = e.message_id and i.state = 'APPLIED'
      where i.message_id is null
      """;

  static final String SENT_MAILS =
      "select smtp_message_id from consuming.email where state = 'SENT'";

  static final String PARKED =
      "select consumer || ' ' || message_id from consuming.inbox where state in ('PARKED', 'DROPPED')";

  static final String PARKED_IN_THE_OUTBOX =
      "select 'outbox ' || id from ordering.outbox_state where state in ('PARKED', 'BLOCKED', 'SKIPPED')";

  static final String LEFT_OVER =
      """
      select 'outbox ' || id || ' ' || state from ordering.outbox_state where state in ('PENDING', 'RETRYING')
      union all
      select 'outbox: ' || copies_pending || ' copies' from ordering.outbox_lag where copies_pending > 0
      union all
      select consumer || ' ' || message_id || ' ' || state from consuming.inbox where state in ('HELD', 'RETRYING')
      union all
      select 'mail ' || message_id from consuming.email where state = 'PENDING'
      """;

  static final String PUBLISHED =
      "select count(*) from public.ledger where published_at is not null";

  private Questions() {}
}
