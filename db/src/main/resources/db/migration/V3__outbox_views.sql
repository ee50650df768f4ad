-- The surface for people: ordering.outbox_state and its neighbours. The tables may change, these names do not.
-- statement_timestamp() and not clock_timestamp(): with one that moves, no index is searched by time, and a view that
-- shows it takes no condition or limit from outside.

create view ordering.outbox_state as
select
  o.id,
  d.state,
  o.aggregate_type,
  o.aggregate_id,
  o.aggregate_version,
  o.event_type,
  statement_timestamp() - o.occurred_at as age,
  d.attempts,
  d.next_attempt_at,
  d.last_error,
  case when d.state = 'PUBLISHED' then d.settled_at end as published_at,
  o.position
from ordering.outbox o
join (
  select false as pending, position, copy, state as stored, state, attempts, next_attempt_at, last_error, settled_at
  from ordering.outbox_delivery
  union all
  -- The relay stores BLOCKED when it comes across the row; here it shows at once. The list of parked aggregates is made
  -- once a query, and most rows are in none of them.
  select true, d.position, d.copy, d.state,
         case when d.aggregate_key in (select p.aggregate_key from ordering.outbox_delivery p where p.state = 'PARKED')
               and exists (
                 select from ordering.outbox_delivery p
                 where p.aggregate_key = d.aggregate_key and p.position < d.position
                   and p.settled_at is null and p.state = 'PARKED')
           then 'BLOCKED' else 'PENDING' end,
         d.attempts, d.next_attempt_at, d.last_error, d.settled_at
  from ordering.outbox_delivery d) d
-- In two parts, so that "where state = 'PARKED'" is a search in an index; their conditions stand out here, because only
-- a part without one can be searched by position.
on d.position = o.position and not d.copy and d.pending = (d.stored = 'PENDING');

comment on view ordering.outbox_state is 'One row an outbox row: PENDING, RETRYING, BLOCKED (behind a parked one), PARKED, SKIPPED or PUBLISHED. Copies that a replay asked for are not in it.';

create view ordering.outbox_lag as
with parked as materialized (
  select aggregate_key, min(position) as position, count(*) filter (where not copy) as events
  from ordering.outbox_delivery
  where state = 'PARKED'
  group by aggregate_key),
waiting as (
  -- Bucket by bucket and without "order by", so that the partial index is the only way there.
  select pending.*
  from ordering.outbox_bucket b
  cross join lateral (
    select count(*) filter (where not d.copy) as events, count(*) filter (where d.copy) as copies,
           min(d.position) filter (where not d.copy) as first
    from ordering.outbox_delivery d
    where d.bucket = b.bucket and d.state = 'PENDING'
      and not exists (select from parked p where p.aggregate_key = d.aggregate_key and p.position < d.position)) pending
  union all
  select count(*) filter (where not d.copy), count(*) filter (where d.copy), min(d.position) filter (where not d.copy)
  from ordering.outbox_delivery d
  where d.state = 'RETRYING'
    and not exists (select from parked p where p.aggregate_key = d.aggregate_key and p.position < d.position))
select
  (select coalesce(sum(events), 0)::bigint from waiting) as pending,
  (select statement_timestamp() - min(o.occurred_at)
     from waiting w join ordering.outbox o on o.position = w.first) as oldest_pending_age,
  (select count(*) from ordering.outbox_delivery
     where settled_at > statement_timestamp() - interval '1 minute'
       and state = 'PUBLISHED' and not copy) as published_last_minute,
  (select coalesce(sum(events), 0)::bigint from parked) as parked,
  (select count(*) from parked p
     where p.events > 0 and exists (
       select from ordering.outbox_delivery d
       where d.aggregate_key = p.aggregate_key and d.position > p.position
         and d.settled_at is null and d.state <> 'PARKED')) as blocked_aggregates,
  (select coalesce(sum(copies), 0)::bigint from waiting) as copies_pending;

comment on view ordering.outbox_lag is 'One row: what waits (without what stands behind a parked row), how long, what flowed in the last minute, what is parked, how many aggregates wait behind it, and how many copies that a replay asked for are still to be sent.';

create view ordering.outbox_stuck as
select
  o.aggregate_type,
  o.aggregate_id,
  d.waiting,
  statement_timestamp() - case when d.copy then d.first_failed_at else o.occurred_at end as stuck_for,
  case when d.copy then 'copy for a replay: ' else '' end
  || case
    when d.state = 'PARKED' then 'PARKED after ' || d.attempts || ' attempts: ' || d.last_error
    when d.state = 'RETRYING' then 'RETRYING at ' || d.next_attempt_at || coalesce(': ' || d.last_error, '')
    when d.state = 'BLOCKED' then 'BLOCKED, but nothing before it is parked: replay it'
    when b.owner is null then 'no relay owns bucket ' || d.bucket
    when b.expires_at < statement_timestamp() then 'the relay that owned bucket ' || d.bucket || ' is gone'
    else 'PENDING: the broker is unreachable, refuses messages, or the relay is behind'
  end as reason,
  o.id as first_id,
  o.event_type as first_event_type
from (
  select distinct on (aggregate_key) *, count(*) over (partition by aggregate_key) as waiting
  from ordering.outbox_delivery
  where settled_at is null
  order by aggregate_key, position) d
join ordering.outbox o using (position)
left join ordering.outbox_bucket b on b.bucket = d.bucket
-- How old the event is tells nothing about a copy that waits for its turn.
where d.state <> 'PENDING' or (not d.copy and o.occurred_at < statement_timestamp() - interval '10 seconds');

comment on view ordering.outbox_stuck is 'One row an aggregate that does not move, with the reason and the row that holds it. Its copies are a line of their own.';

create view ordering.relay_state as
select
  r.relay_id,
  r.name,
  count(b.bucket) as buckets,
  max(b.epoch) as epoch,
  greatest(min(b.expires_at) - clock_timestamp(), interval '0') as lease_left,
  r.last_publish_at,
  r.expires_at > clock_timestamp() as alive,
  r.started_at
from ordering.relay r
left join ordering.outbox_bucket b on b.owner = r.relay_id
group by r.relay_id;

comment on view ordering.relay_state is 'One row a relay: how many buckets it owns, the highest epoch, what is left of its shortest lease, when it last marked a row published.';

create view ordering.relay_blockers as
select 'transaction' as kind, pid, usename::text as role, application_name as name, state,
       clock_timestamp() - xact_start as age,
       'holds back vacuum, and its own outbox rows are not visible yet' as effect
from pg_stat_activity
where xact_start < clock_timestamp() - interval '10 seconds' and pid <> pg_backend_pid() and datname = current_database()
union all
select 'prepared transaction', null, owner::text, gid, 'prepared', clock_timestamp() - prepared,
       'holds back vacuum, and its outbox rows are not visible until it is committed or rolled back'
from pg_prepared_xacts where database = current_database()
union all
select 'replication slot', active_pid, null, slot_name::text, case when active then 'active' else 'inactive' end, null,
       'holds back vacuum and keeps WAL'
from pg_replication_slots
where (xmin is not null or catalog_xmin is not null) and (database is null or database = current_database());

comment on view ordering.relay_blockers is 'What holds delivery or vacuum back: open transactions, prepared ones, replication slots.';

grant select on ordering.outbox, ordering.outbox_state, ordering.outbox_lag, ordering.outbox_stuck, ordering.relay_state,
  ordering.relay_blockers to inspector;

-- Its metrics.
grant select on ordering.outbox_lag to outbox_relay;
