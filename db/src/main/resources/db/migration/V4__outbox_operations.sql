-- What operators do to the outbox: send again, or give up. Each call is audited and wakes the relays.
-- A refusal that lies in the event's state is a value, as in consuming; a call that can't be meant is an error.

create table ordering.outbox_audit (
  id         bigint generated always as identity primary key,
  at         timestamptz not null default clock_timestamp(),
  role       text not null default session_user,
  action     text not null,
  message_id uuid,
  arguments  jsonb,
  reason     text,
  events     bigint not null,
  constraint action_is_known check (action in ('replay', 'replay_aggregate', 'replay_parked', 'replay_range', 'skip')),
  constraint one_event_or_what_was_asked_for check (num_nonnulls(message_id, arguments) = 1),
  constraint skip_has_its_reason check ((action = 'skip') = (reason is not null))
);

comment on table ordering.outbox_audit is 'Who had which events sent again, or skipped which, when and why. What was refused is not in it.';
comment on column ordering.outbox_audit.action is 'The function that was called.';
comment on column ordering.outbox_audit.message_id is 'The event, where it was about one.';
comment on column ordering.outbox_audit.arguments is 'Which events were asked for, where it was about several.';
comment on column ordering.outbox_audit.events is 'How many events it sent again or skipped.';

create function ordering.begin_operation() returns void
language plpgsql
as $$
begin
  -- Waiting for a lock of a relay and then seeing what it did takes a snapshot a statement.
  if current_setting('transaction_isolation') not in ('read committed', 'read uncommitted') then
    raise exception 'replay and skip can''t work at isolation level %', current_setting('transaction_isolation')
      using errcode = 'invalid_transaction_state',
            hint = 'Call them outside of a transaction, or after "begin isolation level read committed".';
  end if;
  -- A transaction that somebody leaves open would keep the relays from marking what they send: it is ended.
  perform set_config('idle_in_transaction_session_timeout', '10s', true);
  -- One operator at a time: of two at the same aggregate neither would see what the other is about to free.
  lock table ordering.outbox_audit in share row exclusive mode;
end
$$;

comment on function ordering.begin_operation is 'How each function for operators begins.';

create function ordering.end_operation(
  action text, message_id uuid, arguments jsonb, reason text, events bigint, positions bigint[]) returns void
language plpgsql
as $$
begin
  -- A statement of its own, after the parked rows were locked: a relay blocks rows while it holds the parked one
  -- "for share", so either all that it blocked is visible here, or it finds the row no longer parked.
  with touched as materialized (
    -- An event's key and that of its copies. Only what stands behind it can be free now: a backlog isn't looked at.
    select distinct d.aggregate_key from ordering.outbox_delivery d where d.position = any(positions)),
  parked as materialized (
    select aggregate_key, min(position) as position
    from ordering.outbox_delivery
    where state = 'PARKED'
    group by aggregate_key)
  update ordering.outbox_delivery d
  set state = 'PENDING'
  from touched t
  where d.aggregate_key = t.aggregate_key and d.settled_at is null and d.state = 'BLOCKED'
    and not exists (select from parked p where p.aggregate_key = d.aggregate_key and p.position < d.position);
  insert into ordering.outbox_audit (action, message_id, arguments, reason, events)
  values (action, message_id, arguments, reason, events);
  -- What is sendable now may lie far below the relays' floors.
  perform pg_notify('ordering_outbox', 'sweep');
end
$$;

comment on function ordering.end_operation is 'How each function for operators ends: what no longer stands behind a parked row is freed, the call audited, the relays woken.';

create function ordering.replayable_since() returns timestamptz
language sql stable
return statement_timestamp() - (select min(retention) from ordering.relay where expires_at > statement_timestamp() - interval '1 hour');

comment on function ordering.replayable_since is 'What was published earlier is not replayed: retention may be about to remove it, and the consumers'' memory of it ends too. Null while no relay has told its retention.';

create function ordering.send_again(positions bigint[]) returns bigint
language plpgsql
as $$
declare
  since timestamptz := ordering.replayable_since();
  in_place bigint;
  copies bigint;
begin
  with parked as (
    select d.position
    from ordering.outbox_delivery d
    where d.position = any(positions) and not d.copy and d.state = 'PARKED'
    -- As the relays lock them.
    order by d.position
    for update)
  update ordering.outbox_delivery d
  set state = 'PENDING', attempts = 0, first_failed_at = null
  from parked p
  where d.position = p.position and not d.copy;
  get diagnostics in_place = row_count;

  with original as (
    -- An update and not only a lock, so that retention looks again at a row that it had already chosen.
    update ordering.outbox_delivery d
    set replayed_at = clock_timestamp()
    where d.position = any(positions) and not d.copy and d.state = 'PUBLISHED' and (since is null or d.settled_at >= since)
      and not exists (
        select from ordering.outbox_delivery c
        where c.position = d.position and c.copy and c.state in ('PENDING', 'RETRYING', 'BLOCKED'))
    returning d.position, d.bucket, d.aggregate_key, d.bytes)
  insert into ordering.outbox_delivery as copy (position, copy, bucket, aggregate_key, bytes)
  select position, true, bucket, ~aggregate_key, bytes from original order by position
  on conflict (position, copy) do update
  set state = 'PENDING', attempts = 0, first_failed_at = null, next_attempt_at = null, settled_at = null
  where copy.state in ('PARKED', 'SKIPPED', 'PUBLISHED');
  get diagnostics copies = row_count;
  return in_place + copies;
end
$$;

comment on function ordering.send_again is 'What is parked goes out in its place, what is published as one more copy, anything else is left as it is. Returns how many are sent again.';

create function ordering.send_all_again(action text, arguments jsonb, positions bigint[]) returns bigint
language plpgsql
as $$
declare
  sent bigint := ordering.send_again(positions);
begin
  if sent < cardinality(positions) then
    raise notice '% of % left out: their last copy is still on its way, or they are older than the relays'' retention',
      cardinality(positions) - sent, cardinality(positions);
  end if;
  perform ordering.end_operation(action, null, arguments, null, sent, positions);
  return sent;
end
$$;

comment on function ordering.send_all_again is 'What the replays of several events have in common.';

create function ordering.replay(id uuid) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  event record;
  sent bigint := 1;
  outcome text := 'replayed: sent in its place';
begin
  perform ordering.begin_operation();
  select o.aggregate_type, o.aggregate_id, d.* into event
  from ordering.outbox o join ordering.outbox_delivery d on d.position = o.position and not d.copy
  where o.id = replay.id
  for update of d;
  if event.state is null then
    return 'refused: there is no such event; it is unknown, or retention has removed it';
  elsif event.state = 'RETRYING' then
    update ordering.outbox_delivery d set next_attempt_at = clock_timestamp()
    where d.position = event.position and not d.copy;
    outcome := 'replayed: its next attempt is due now';
  elsif event.state = 'SKIPPED' then
    if exists (
      select from ordering.outbox o join ordering.outbox_delivery d on d.position = o.position and not d.copy
      where o.aggregate_type = event.aggregate_type and o.aggregate_id = event.aggregate_id
        and o.position > event.position and d.state = 'PUBLISHED') then
      return 'refused: it was skipped, and a later event of its aggregate is published';
    end if;
    update ordering.outbox_delivery d
    set state = 'PENDING', attempts = 0, first_failed_at = null, settled_at = null, tombstone = false
    where d.position = event.position and not d.copy;
    if event.tombstone then
      outcome := outcome || '; a consumer that has its tombstone takes it for a repeat';
    end if;
  elsif event.state = 'PUBLISHED' and event.settled_at < ordering.replayable_since() then
    return 'refused: it was published at ' || event.settled_at || ', longer ago than the relays'' retention';
  elsif event.state in ('PARKED', 'PUBLISHED') then
    sent := ordering.send_again(array[event.position]);
    if sent = 0 then
      outcome := 'on its way: the copy that was asked for last is not sent yet';
    elsif event.state = 'PUBLISHED' then
      outcome := 'replayed: sent as one more copy';
    elsif event.tombstone then
      outcome := 'replayed: its tombstone is sent in its place';
    end if;
  elsif event.state = 'BLOCKED' then
    sent := 0;
    outcome := 'on its way: it is BLOCKED until the parked event before it is replayed or skipped';
  else
    return 'on its way: it is PENDING' || case when event.tombstone then ', as a tombstone' else '' end;
  end if;
  perform ordering.end_operation('replay', replay.id, null, null, sent, array[event.position]);
  return outcome;
end
$$;

comment on function ordering.replay is 'Has one event sent again: a parked or skipped one in its place, with its successors after it, a published one as one more copy. A retry becomes due.';

create function ordering.replay_aggregate(type text, id text) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  perform ordering.begin_operation();
  return ordering.send_all_again(
    'replay_aggregate',
    jsonb_build_object('type', replay_aggregate.type, 'id', replay_aggregate.id),
    (select array_agg(d.position)
     from ordering.outbox o join ordering.outbox_delivery d on d.position = o.position and not d.copy
     where o.aggregate_type = replay_aggregate.type and o.aggregate_id = replay_aggregate.id
       and d.state in ('PARKED', 'PUBLISHED')));
end
$$;

comment on function ordering.replay_aggregate is 'Has all published events of an aggregate sent as copies, in order, and its parked ones in their place. Returns how many.';

create function ordering.replay_parked(event_type text default null, since timestamptz default null) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
begin
  perform ordering.begin_operation();
  return ordering.send_all_again(
    'replay_parked',
    jsonb_build_object('event_type', replay_parked.event_type, 'since', replay_parked.since),
    (select array_agg(d.position)
     from ordering.outbox_delivery d join ordering.outbox o on o.position = d.position
     where d.state = 'PARKED'
       and (replay_parked.event_type is null or o.event_type = replay_parked.event_type)
       and (replay_parked.since is null or d.first_failed_at >= replay_parked.since)));
end
$$;

comment on function ordering.replay_parked is 'Replays what is parked, copies too, of one event type and refused for the first time since then; null means any. Returns how many.';

create function ordering.replay_range("from" timestamptz, "to" timestamptz) returns bigint
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  if ("from" < "to") is not true then
    raise exception 'replay_range needs a "from" before its "to", not % and %', "from", "to"
      using errcode = 'invalid_parameter_value',
            hint = 'It replays what was published at "from" or later, and before "to".';
  end if;
  perform ordering.begin_operation();
  return ordering.send_all_again(
    'replay_range',
    jsonb_build_object('from', "from", 'to', "to"),
    (select array_agg(d.position)
     from ordering.outbox_delivery d
     where d.settled_at >= "from" and d.settled_at < "to" and d.state = 'PUBLISHED' and not d.copy));
end
$$;

comment on function ordering.replay_range is 'Has everything sent as copies that was published at "from" or later, and before "to". Returns how many.';

create function ordering.skip(id uuid, reason text) returns text
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
#variable_conflict use_column
declare
  event record;
  outcome text := 'skipped';
begin
  if coalesce(skip.reason, '') !~ '\S' or length(skip.reason) > 500 then
    raise exception 'a skip needs a reason of 1 to 500 characters'
      using errcode = 'invalid_parameter_value',
            hint = 'It is kept in ordering.outbox_audit, for those who will miss the event.';
  end if;
  perform ordering.begin_operation();
  select o.aggregate_version, d.* into event
  from ordering.outbox o join ordering.outbox_delivery d on d.position = o.position and not d.copy
  where o.id = skip.id
  for update of d;
  if event.state = 'PUBLISHED' then
    update ordering.outbox_delivery d set state = 'SKIPPED', next_attempt_at = null, settled_at = clock_timestamp()
    where d.position = event.position and d.copy and d.settled_at is null;
    if not found then
      return 'refused: it is PUBLISHED';
    end if;
    outcome := 'skipped: the copy that was asked for, the event itself is published';
  elsif event.state is null then
    return 'refused: there is no such event; it is unknown, or retention has removed it';
  elsif event.state = 'SKIPPED' then
    return 'refused: it is SKIPPED already';
  elsif event.aggregate_version is null then
    update ordering.outbox_delivery d set state = 'SKIPPED', next_attempt_at = null, settled_at = clock_timestamp()
    where d.position = event.position and not d.copy;
  else
    -- Consumers wait for each version: a relay sends a tombstone for this one and then marks it SKIPPED.
    update ordering.outbox_delivery d
    set state = case when d.state = 'BLOCKED' then 'BLOCKED' else 'PENDING' end, tombstone = true,
        attempts = 0, first_failed_at = null, next_attempt_at = null
    where d.position = event.position and not d.copy;
    outcome := 'skipped: a tombstone is sent in its place';
  end if;
  perform ordering.end_operation('skip', skip.id, null, skip.reason, 1, array[event.position]);
  return outcome;
end
$$;

comment on function ordering.skip is 'Gives up an event that is not published yet, with a reason; what waits behind it flows. In place of a versioned one a tombstone is sent. Of a published one: gives up the copy that a replay asked for.';

revoke execute on function ordering.begin_operation, ordering.end_operation, ordering.replayable_since, ordering.send_again,
  ordering.send_all_again, ordering.replay, ordering.replay_aggregate, ordering.replay_parked, ordering.replay_range,
  ordering.skip from public;

grant execute on function ordering.replay, ordering.replay_aggregate, ordering.replay_parked, ordering.replay_range,
  ordering.skip to operator;

grant select on ordering.outbox_audit to inspector;
