-- From commit to effect in one row: what the README, the lab's checker and people at a psql prompt read.

create view public.ledger as
select
  o.position,
  o.aggregate_type,
  o.aggregate_id,
  o.aggregate_version,
  o.event_type,
  o.id as message_id,
  o.occurred_at as committed_at,
  case when d.state = 'PUBLISHED' then d.settled_at end as published_at,
  email.applied_at as email_applied_at,
  email.applied_seq as email_applied_seq,
  email.outcome as email_outcome,
  inventory.applied_at as inventory_applied_at,
  inventory.applied_seq as inventory_applied_seq,
  inventory.outcome as inventory_outcome,
  analytics.applied_at as analytics_applied_at,
  analytics.applied_seq as analytics_applied_seq,
  analytics.outcome as analytics_outcome
from ordering.outbox o
left join ordering.outbox_delivery d on d.position = o.position and not d.copy
-- Each by the inbox's key, so at most one row: an event can't appear twice here.
left join consuming.inbox email on email.consumer = 'email' and email.message_id = o.id
left join consuming.inbox inventory on inventory.consumer = 'inventory' and inventory.message_id = o.id
left join consuming.inbox analytics on analytics.consumer = 'analytics' and analytics.message_id = o.id
where o.aggregate_type = 'order';

comment on view public.ledger is
$$One row an order event within retention: committed, published, and when, in which order and with which outcome each consumer applied it.

Every event has exactly one effect in each consumer, in order, when this shows 0 missing and 0 out_of_order:

    select consumer, count(*) as events, count(seq) as effects,
           count(*) filter (where seq is null) as missing,
           count(*) filter (where seq <= before) as out_of_order
    from (
      select c.consumer, c.seq,
             max(c.seq) over (partition by c.consumer, l.aggregate_id order by l.aggregate_version
                              rows between unbounded preceding and 1 preceding) as before
      from public.ledger l
      cross join lateral (values ('email', l.email_applied_seq), ('inventory', l.inventory_applied_seq),
                                 ('analytics', l.analytics_applied_seq)) c(consumer, seq)
    ) judged
    group by consumer;

The key of consuming.inbox allows no second effect.$$;

comment on column public.ledger.position is 'Order of insertion into the outbox; "order by position desc limit 20" shows the latest.';
comment on column public.ledger.committed_at is 'When the order service wrote it.';

grant select on public.ledger to inspector;
