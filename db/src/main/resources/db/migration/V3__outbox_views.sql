-- The surface for people: ordering.outbox_state and its neighbours. The tables may change, these names do not.

create view ordering.outbox_state as
select
  o.id,
  case
    when d.state = 'PENDING' and exists (
      select from ordering.outbox_delivery p
      where p.aggregate_key = d.aggregate_key and p.position < d.position and p.state = 'PARKED')
    then 'BLOCKED'
    else d.state
  end as state,
  o.aggregate_type,
  o.aggregate_id,
  o.aggregate_version,
  o.event_type,
  clock_timestamp() - o.occurred_at as age,
  d.attempts,
  d.next_attempt_at,
  d.last_error,
  d.published_at,
  o.position
from ordering.outbox o
join ordering.outbox_delivery d using (position);

comment on view ordering.outbox_state is 'One row an outbox row: PENDING, RETRYING, BLOCKED (behind a parked one), PARKED, SKIPPED or PUBLISHED.';

create view ordering.outbox_lag as
select
  (select count(*) from ordering.outbox_delivery where state in ('PENDING', 'RETRYING')) as pending,
  -- Bucket by bucket, so that the partial index is the only way there.
  (select clock_timestamp() - min(o.occurred_at)
     from ordering.outbox_bucket b
     cross join lateral (
       select d.position from ordering.outbox_delivery d
       where (d.bucket, d.position) >= (b.bucket, 0) and d.bucket <= b.bucket and d.state in ('PENDING', 'RETRYING')
       order by d.bucket, d.position limit 1) first
     join ordering.outbox o using (position)) as oldest_pending_age,
  (select count(*) from ordering.outbox_delivery
     where published_at > clock_timestamp() - interval '1 minute') as published_last_minute,
  (select count(*) from ordering.outbox_delivery where state = 'PARKED') as parked,
  (select count(distinct p.aggregate_key) from ordering.outbox_delivery p
     where p.state = 'PARKED' and exists (
       select from ordering.outbox_delivery d
       where d.aggregate_key = p.aggregate_key and d.position > p.position
         and d.state in ('PENDING', 'RETRYING'))) as blocked_aggregates;

comment on view ordering.outbox_lag is 'One row: what waits, how long, what flowed in the last minute, what is parked and how many aggregates wait behind it.';

create view ordering.outbox_stuck as
select
  o.aggregate_type,
  o.aggregate_id,
  head.waiting,
  clock_timestamp() - o.occurred_at as stuck_for,
  case
    when d.state = 'PARKED' then 'PARKED after ' || d.attempts || ' attempts: ' || d.last_error
    when d.state = 'RETRYING' then 'RETRYING at ' || d.next_attempt_at || ': ' || d.last_error
    when b.owner is null then 'no relay owns bucket ' || d.bucket
    when b.expires_at < clock_timestamp() then 'the relay that owned bucket ' || d.bucket || ' is gone'
    else 'PENDING: the broker is unreachable, refuses messages, or the relay is behind'
  end as reason,
  o.id as first_id,
  o.event_type as first_event_type
from (
  select aggregate_key, min(position) as position, count(*) as waiting
  from ordering.outbox_delivery
  where state in ('PENDING', 'RETRYING', 'PARKED')
  group by aggregate_key) head
join ordering.outbox_delivery d using (position)
join ordering.outbox o using (position)
left join ordering.outbox_bucket b on b.bucket = d.bucket
where d.state <> 'PENDING' or o.occurred_at < clock_timestamp() - interval '10 seconds';

comment on view ordering.outbox_stuck is 'One row an aggregate that does not move, with the reason and the row that holds it.';

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
