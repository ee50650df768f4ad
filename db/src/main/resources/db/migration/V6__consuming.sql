-- The consumers: what arrived (consuming.inbox), how far each aggregate is (consuming.progress),
-- and what email, inventory and analytics made of it.

create table consuming.inbox (
  consumer          text not null,
  message_id        uuid not null,
  state             text not null,
  aggregate_type    text,
  aggregate_id      text,
  aggregate_version bigint,
  event_type        text not null,
  attempts          integer not null default 0,
  takes             integer not null default 0,
  next_attempt_at   timestamptz,
  reason            text,
  last_error        text,
  received_at       timestamptz not null default clock_timestamp(),
  applied_at        timestamptz,
  applied_seq       bigint,
  outcome           text,
  origin            text,
  headers           jsonb,
  body              bytea,
  primary key (consumer, message_id),
  constraint state_is_known check (state in ('APPLIED', 'HELD', 'RETRYING', 'PARKED', 'DROPPED')),
  constraint applied_has_its_time_order_and_outcome
    check (num_nonnulls(applied_at, applied_seq, outcome) = case when state = 'APPLIED' then 3 else 0 end),
  constraint retrying_has_its_time check ((state = 'RETRYING') = (next_attempt_at is not null)),
  constraint parked_has_its_reason check ((state = 'PARKED') = (reason is not null)),
  constraint reason_is_known
    check (reason in ('MALFORMED', 'STALE', 'PERMANENT', 'RETRIES_USED_UP', 'MISSING_PREDECESSOR', 'BEYOND_HORIZON', 'DELIVERY_LIMIT')),
  constraint parked_has_its_error check (state <> 'PARKED' or last_error is not null),
  constraint held_waits_for_a_predecessor check (state <> 'HELD' or aggregate_version > 1),
  constraint unfinished_keeps_the_message
    check (num_nonnulls(origin, headers, body) = case when state = 'APPLIED' then 0 else 3 end),
  constraint only_the_malformed_have_no_aggregate
    check ((aggregate_type is null) = (aggregate_id is null) and (aggregate_type is not null or state in ('PARKED', 'DROPPED'))),
  constraint attempts_count_up check (attempts >= 0 and takes >= 0)
);

comment on table consuming.inbox is 'One row a consumer and message, written in the transaction of the message''s effect; the delivery is acknowledged after its commit. To look at it: consuming.inbox_state, consuming.parked.';
comment on column consuming.inbox.message_id is 'The AMQP message_id, which is the id of the outbox row. Of a message without a usable one: made from its content.';
comment on column consuming.inbox.state is 'APPLIED: effect committed. HELD: an earlier version of its aggregate is missing. RETRYING: due at next_attempt_at. PARKED: waits for a person. DROPPED: given up by one.';
comment on column consuming.inbox.attempts is 'Times the effect failed. An outage or a deadlock counts for none.';
comment on column consuming.inbox.takes is 'Times a retry was begun whose end nobody wrote down: the process ended. What has ended it once is taken alone; after 20 times it is parked.';
comment on column consuming.inbox.reason is 'Why it is parked, for filters; last_error says it in words.';
comment on column consuming.inbox.applied_seq is 'Drawn while the aggregate''s progress row was locked: within an aggregate the order of the effects.';
comment on column consuming.inbox.outcome is 'What the effect was, in the consumer''s own words; SKIPPED for a tombstone.';
comment on column consuming.inbox.origin is 'Exchange and routing key it came by. Kept, like headers and body, until it is applied.';

-- Retries that are due.
create index inbox_due on consuming.inbox (consumer, next_attempt_at) where next_attempt_at is not null;

-- The successors that a settled version lets go, the predecessor that a held one waits for, and consuming.parked.
create index inbox_unsettled on consuming.inbox (consumer, aggregate_type, aggregate_id, aggregate_version)
  where state in ('HELD', 'RETRYING', 'PARKED');

-- Retention: the oldest of the applied (new ones go to its right edge), and of the dropped. A BRIN index is
-- of no use here: the room of what was forgotten is used again, and then every range holds old and new.
create index inbox_applied on consuming.inbox (applied_at) where state = 'APPLIED';
create index inbox_dropped on consuming.inbox (received_at) where state = 'DROPPED';

create table consuming.progress (
  consumer       text not null,
  aggregate_type text not null,
  aggregate_id   text not null,
  version        bigint not null default 0,
  primary key (consumer, aggregate_type, aggregate_id),
  constraint version_counts_up check (version >= 0)
) with (
  -- Every applied event updates one row: room on its page keeps the update out of the index.
  fillfactor = 70,
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 5000
);

comment on table consuming.progress is 'The last settled version of each aggregate, a row a consumer. Locked before anything of the aggregate is applied or held; outlives the inbox.';
comment on column consuming.progress.version is '0 until version 1 is settled, and for aggregates whose events have no version.';

-- CACHE 1: a session that kept numbers for later would give them out in the wrong order.
create sequence consuming.applied_seq as bigint cache 1;

comment on sequence consuming.applied_seq is 'Numbers consuming.inbox.applied_seq.';

create view consuming.inbox_version as select 1 as version;
comment on view consuming.inbox_version is 'What a consumer checks before it starts.';

create table consuming.shedlock (
  name       text primary key,
  lock_until timestamptz not null,
  locked_at  timestamptz not null,
  locked_by  text not null
);

comment on table consuming.shedlock is 'ShedLock: jobs that should run once at a time (retention). Nothing''s correctness rests on it.';

-- email

create table consuming.email (
  message_id      uuid primary key,
  state           text not null default 'PENDING',
  smtp_message_id text not null,
  recipient       text not null,
  subject         text not null,
  body            text not null,
  attempts        integer not null default 0,
  next_attempt_at timestamptz default clock_timestamp(),
  last_error      text,
  recorded_at     timestamptz not null default clock_timestamp(),
  sent_at         timestamptz,
  constraint state_is_known check (state in ('PENDING', 'SENT')),
  constraint pending_has_its_time check ((state = 'PENDING') = (next_attempt_at is not null)),
  constraint sent_has_its_time check ((state = 'SENT') = (sent_at is not null))
);

comment on table consuming.email is 'The mails to send, recorded with the inbox row and sent after its commit, at least once.';
comment on column consuming.email.smtp_message_id is 'The Message-ID header, made from the event''s id, and so as unique: a mail that is sent twice can be recognised.';
comment on column consuming.email.next_attempt_at is 'When it may be sent (again); while a process is sending it, when others may take over.';

-- The sender's next mails.
create index email_pending on consuming.email (next_attempt_at) where state = 'PENDING';
-- Retention.
create index email_sent on consuming.email (sent_at) where state = 'SENT';

-- inventory

create table consuming.stock (
  sku       text primary key,
  available bigint not null,
  constraint never_below_zero check (available >= 0)
) with (fillfactor = 50);

comment on table consuming.stock is 'What can still be reserved, a row an article.';

insert into consuming.stock (sku, available) select 'SKU-' || n, 1000000 from generate_series(1, 100) n;

create table consuming.reservation (
  order_id    text not null,
  sku         text not null references consuming.stock,
  quantity    bigint not null,
  reserved_at timestamptz not null default clock_timestamp(),
  primary key (order_id, sku),
  constraint reserves_something check (quantity > 0)
);

comment on table consuming.reservation is 'What is set aside for an order. Gone when it is cancelled.';

-- analytics

create table consuming.daily_revenue (
  day               date not null,
  currency          text not null,
  orders            bigint not null default 0,
  revenue           numeric not null default 0,
  cancelled_orders  bigint not null default 0,
  cancelled_revenue numeric not null default 0,
  primary key (day, currency)
) with (fillfactor = 50);

comment on table consuming.daily_revenue is 'Orders and revenue placed, and cancelled, on each day (UTC) in each currency.';

-- What people look at

create view consuming.inbox_state as
select consumer, message_id, state, aggregate_type, aggregate_id, aggregate_version, event_type,
       attempts, next_attempt_at, last_error, applied_at, applied_seq, outcome, received_at
from consuming.inbox;

comment on view consuming.inbox_state is 'One row a consumer and message: APPLIED, HELD, RETRYING, PARKED or DROPPED.';

create view consuming.parked as
select consumer, message_id, reason, last_error, attempts, aggregate_type, aggregate_id, aggregate_version, event_type,
       origin, received_at, headers,
       -- "escape" shows bytes that are no text as \ooo, so that any body can be read.
       encode(body, 'escape') as body,
       (select count(*) from consuming.inbox waiting
        where waiting.consumer = parked.consumer and waiting.aggregate_type = parked.aggregate_type
          and waiting.aggregate_id = parked.aggregate_id and waiting.aggregate_version > parked.aggregate_version
          and waiting.state = 'HELD') as held_behind
from consuming.inbox parked
where state = 'PARKED';

comment on view consuming.parked is 'One row a message that waits for a person: why, where from, with body and headers. Settle it with consuming.replay or consuming.drop.';

-- What operators do

create table consuming.inbox_audit (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default clock_timestamp(),
  role       text not null default session_user,
  action     text not null,
  consumer   text not null,
  message_id uuid not null,
  reason     text,
  constraint action_is_known check (action in ('replay', 'drop', 'adopt'))
);

comment on table consuming.inbox_audit is 'Who replayed or dropped which message, or made it the start of its aggregate, when and why.';

create function consuming.replay(consumer text, message_id uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  found_state text;
  has_aggregate boolean;
begin
  -- What an operator leaves open keeps the consumers waiting: it is ended.
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  select i.state, i.aggregate_type is not null into found_state, has_aggregate
  from consuming.inbox i
  where i.consumer = replay.consumer and i.message_id = replay.message_id
  for update;
  if found_state is distinct from 'PARKED' then
    return 'refused: ' || coalesce('it is ' || found_state, 'there is no such message');
  end if;
  if not has_aggregate then
    return 'refused: its envelope is malformed, it can only be dropped';
  end if;
  update consuming.inbox i
  set state = 'RETRYING', reason = null, attempts = 0, takes = 0, next_attempt_at = clock_timestamp()
  where i.consumer = replay.consumer and i.message_id = replay.message_id;
  insert into consuming.inbox_audit (action, consumer, message_id) values ('replay', replay.consumer, replay.message_id);
  return 'replayed';
end
$$;

comment on function consuming.replay is 'Has a parked message applied again, with all its attempts before it. What waits behind it follows.';

create function consuming.replay_parked(consumer text, event_type text, since timestamptz) returns bigint
language sql security definer set search_path = pg_catalog, pg_temp
as $$
  select count(*) from (
    select i.consumer, i.message_id from consuming.inbox i
    where i.state = 'PARKED' and i.consumer = $1
      and ($2 is null or i.event_type = $2) and ($3 is null or i.received_at >= $3)
    order by i.aggregate_type, i.aggregate_id, i.aggregate_version) parked
  where consuming.replay(parked.consumer, parked.message_id) = 'replayed';
$$;

comment on function consuming.replay_parked is 'Replays what a consumer has parked, of one event type and received since then; null means any. Returns how many.';

create function consuming.drop(consumer text, message_id uuid, reason text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  dropped consuming.inbox;
  settled bigint;
begin
  -- What an operator leaves open keeps the consumers waiting: it is ended.
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  if coalesce(btrim(drop.reason), '') = '' then
    return 'refused: a drop needs a reason';
  end if;
  select * into dropped from consuming.inbox i
  where i.consumer = drop.consumer and i.message_id = drop.message_id
  for update;
  if dropped.state is distinct from 'PARKED' then
    return 'refused: ' || coalesce('it is ' || dropped.state, 'there is no such message');
  end if;
  if dropped.aggregate_version is not null then
    -- The lock that also every apply and hold takes.
    insert into consuming.progress (consumer, aggregate_type, aggregate_id)
    values (dropped.consumer, dropped.aggregate_type, dropped.aggregate_id)
    on conflict do nothing;
    select p.version into settled from consuming.progress p
    where p.consumer = dropped.consumer and p.aggregate_type = dropped.aggregate_type
      and p.aggregate_id = dropped.aggregate_id
    for update;
    if exists (
      select from consuming.inbox i
      where i.consumer = dropped.consumer and i.aggregate_type = dropped.aggregate_type
        and i.aggregate_id = dropped.aggregate_id and i.state in ('HELD', 'RETRYING', 'PARKED')
        and i.aggregate_version > settled and i.aggregate_version < dropped.aggregate_version) then
      return 'refused: an earlier version of its aggregate is not settled yet';
    end if;
    -- Giving up the wait for it is the point only where nothing else is wrong.
    if dropped.aggregate_version > settled + 1 and dropped.reason <> 'MISSING_PREDECESSOR' then
      return 'refused: an earlier version of its aggregate has not arrived yet; consuming.adopt ends the wait for it';
    end if;
    update consuming.progress p set version = greatest(settled, dropped.aggregate_version)
    where p.consumer = dropped.consumer and p.aggregate_type = dropped.aggregate_type
      and p.aggregate_id = dropped.aggregate_id;
    update consuming.inbox i set state = 'RETRYING', reason = null, next_attempt_at = clock_timestamp()
    where i.consumer = dropped.consumer and i.aggregate_type = dropped.aggregate_type
      and i.aggregate_id = dropped.aggregate_id and i.state in ('HELD', 'PARKED')
      and (i.state = 'HELD' or i.reason = 'MISSING_PREDECESSOR')
      and i.aggregate_version = greatest(settled, dropped.aggregate_version) + 1;
  end if;
  update consuming.inbox i set state = 'DROPPED', reason = null
  where i.consumer = drop.consumer and i.message_id = drop.message_id;
  insert into consuming.inbox_audit (action, consumer, message_id, reason)
  values ('drop', drop.consumer, drop.message_id, drop.reason);
  return 'dropped';
end
$$;

comment on function consuming.drop is 'Gives a parked message up, with a reason. It counts as settled: what waits behind it flows.';

create function consuming.adopt(
  consumer text, waited interval, only_new boolean default false, at_most integer default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  start record;
  settled bigint;
  adopted bigint := 0;
begin
  -- What an operator leaves open keeps the consumers waiting: it is ended.
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  for start in
    -- Of each aggregate the first version that is not settled, in the order in which everybody locks them.
    select * from (
      select distinct on (i.aggregate_type, i.aggregate_id)
             i.message_id, i.aggregate_type, i.aggregate_id, i.aggregate_version, i.state, i.received_at
      from consuming.inbox i
      where i.consumer = adopt.consumer and i.aggregate_version > 1 and i.state in ('HELD', 'RETRYING', 'PARKED')
        and i.reason is distinct from 'STALE'
      order by i.aggregate_type, i.aggregate_id, i.aggregate_version) first
    where first.state <> 'RETRYING' and first.received_at < clock_timestamp() - adopt.waited
  loop
    select p.version into settled from consuming.progress p
    where p.consumer = adopt.consumer and p.aggregate_type = start.aggregate_type and p.aggregate_id = start.aggregate_id
    for update;
    -- What stood before it may have arrived since the look.
    continue when settled >= start.aggregate_version - 1 or (adopt.only_new and settled > 0) or exists (
      select from consuming.inbox i
      where i.consumer = adopt.consumer and i.aggregate_type = start.aggregate_type and i.aggregate_id = start.aggregate_id
        and i.state in ('HELD', 'RETRYING', 'PARKED') and i.reason is distinct from 'STALE'
        and i.aggregate_version < start.aggregate_version);
    update consuming.progress p set version = start.aggregate_version - 1
    where p.consumer = adopt.consumer and p.aggregate_type = start.aggregate_type and p.aggregate_id = start.aggregate_id;
    update consuming.inbox i set state = 'RETRYING', reason = null, next_attempt_at = clock_timestamp()
    where i.consumer = adopt.consumer and i.message_id = start.message_id
      and (i.state = 'HELD' or i.reason = 'MISSING_PREDECESSOR');
    insert into consuming.inbox_audit (action, consumer, message_id, reason)
    values ('adopt', adopt.consumer, start.message_id, 'starts with version ' || start.aggregate_version);
    adopted := adopted + 1;
    exit when adopted = at_most;
  end loop;
  return adopted;
end
$$;

comment on function consuming.adopt is 'Ends the wait for versions that are missing: each aggregate whose first event in sight has waited so long starts (or goes on) with that event. For a consumer that is new, and for events that will never come. Returns how many, at_most if that is given.';

revoke execute on function consuming.replay, consuming.replay_parked, consuming.drop, consuming.adopt from public;

grant execute on function consuming.replay, consuming.replay_parked, consuming.drop, consuming.adopt to operator;
-- For consumers whose setting says that they start with what is present.
grant execute on function consuming.adopt to consumer_app;

grant select, insert, update, delete on consuming.inbox to consumer_app;
grant select, insert, update on consuming.progress to consumer_app;
grant usage on sequence consuming.applied_seq to consumer_app;
grant select on consuming.inbox_version to consumer_app;
grant select, insert, update on consuming.shedlock to consumer_app;
grant select, insert, update, delete on consuming.email to consumer_app;
grant select, update on consuming.stock to consumer_app;
grant select, insert, delete on consuming.reservation to consumer_app;
grant select, insert, update on consuming.daily_revenue to consumer_app;

grant select on consuming.inbox, consuming.inbox_state, consuming.parked, consuming.progress, consuming.inbox_audit,
  consuming.email, consuming.stock, consuming.reservation, consuming.daily_revenue to inspector;
