-- The outbox: what any service writes (ordering.outbox), how far each row's delivery is
-- (ordering.outbox_delivery), and which relay is responsible for it (ordering.outbox_bucket).
-- docs/decisions/0003-outbox-storage.md says why the state has a table of its own.

-- In plpgsql, whose expressions are planned once a session: a function in SQL is planned with each insert, which took a
-- quarter of what an insert into the outbox costs.
create function ordering.aggregate_key(aggregate_type text, aggregate_id text) returns bigint
language plpgsql immutable strict parallel safe
as $$
begin
  return ('x' || encode(substring(
    sha256(convert_to(length(aggregate_type) || ':' || aggregate_type || aggregate_id, 'UTF8')) from 1 for 8), 'hex'))::bit(64)::bigint;
end
$$;

comment on function ordering.aggregate_key is
  'First 8 bytes of SHA-256 of "<length of type>:<type><id>" as a signed number. Never changes: rows are found by it. Two aggregates with the same key only share their place in the queue.';

create function ordering.bucket_of(aggregate_key bigint) returns smallint
language sql immutable strict parallel safe
return abs(aggregate_key % ${buckets})::smallint;

comment on function ordering.bucket_of is 'The bucket of an aggregate, 0 to ${buckets} - 1. Fixed at migration.';

-- In plpgsql for the same reason; and whatever a writer's search path names, it is PostgreSQL's own functions that look.
create function ordering.headers_are_allowed(headers jsonb) returns boolean
language plpgsql immutable strict parallel safe set search_path = pg_catalog, pg_temp
as $$
begin
  return case when jsonb_typeof(headers) <> 'object' then false else not exists (
    select from jsonb_each(headers) h(name, value)
    where jsonb_typeof(h.value) in ('object', 'array')
       -- A longer number fits neither a long nor a double.
       or (jsonb_typeof(h.value) = 'number' and length(h.value::text) > 40)
       or octet_length(h.name) not between 1 and 128
       or h.name ~ '[\u0001-\u001f\u007f]'
       -- RabbitMQ routes by CC and BCC; the rest the relay sets itself.
       or h.name in ('CC', 'BCC', 'aggregate_type', 'aggregate_id', 'aggregate_version', 'skipped', 'replay')
       or h.name like 'x-%'
       or h.name like 'cloudEvents:%') end;
end
$$;

comment on function ordering.headers_are_allowed is
  'Flat scalar values, numbers of at most 40 characters; no CC or BCC (RabbitMQ routes by them), no x-*, no cloudEvents:* and none of the names that the relay sets.';

create table ordering.outbox (
  position          bigint generated always as identity (cache 1) primary key,
  id                uuid not null default gen_random_uuid() unique,
  aggregate_type    text not null,
  aggregate_id      text not null,
  aggregate_version bigint,
  event_type        text not null,
  payload           json not null,
  headers           jsonb not null default '{}',
  occurred_at       timestamptz not null default clock_timestamp(),
  -- Ranges written out: what [[:cntrl:]] means depends on the database's locale.
  constraint aggregate_type_is_1_to_255_bytes_of_text
    check (octet_length(aggregate_type) <= 255 and btrim(aggregate_type) <> '' and aggregate_type !~ '[\u0001-\u001f\u007f]'),
  constraint aggregate_id_is_1_to_255_bytes_of_text
    check (octet_length(aggregate_id) <= 255 and btrim(aggregate_id) <> '' and aggregate_id !~ '[\u0001-\u001f\u007f]'),
  -- AMQP's routing key and type are short strings: 255 bytes.
  constraint event_type_is_1_to_255_bytes_of_text
    check (octet_length(event_type) <= 255 and btrim(event_type) <> '' and event_type !~ '[\u0001-\u001f\u007f]'),
  constraint occurred_at_is_a_time_of_people check (occurred_at between '1900-01-01Z' and '2200-01-01Z'),
  constraint aggregate_version_starts_at_1 check (aggregate_version >= 1),
  constraint aggregate_version_is_unique unique (aggregate_type, aggregate_id, aggregate_version),
  constraint payload_is_at_most_1_mib check (octet_length(payload::text) <= 1048576),
  constraint headers_are_at_most_8_kib check (headers = '{}' or octet_length(headers::text) <= 8192),
  constraint headers_are_flat_and_not_reserved check (headers = '{}' or ordering.headers_are_allowed(headers))
);

comment on table ordering.outbox is 'One row an event, written in the transaction of the change it tells of; never updated. Its delivery: ordering.outbox_state.';
comment on column ordering.outbox.position is 'Order of insertion. Within an aggregate whose writers lock it first, also the order of commits and of publishing.';
comment on column ordering.outbox.id is 'The AMQP message_id: the same on every retry. Consumers tell repeats by it.';
comment on column ordering.outbox.aggregate_version is 'Null for every row of an aggregate, or 1, 2, 3 ... without gaps.';
comment on column ordering.outbox.event_type is 'The routing key and the AMQP type.';
comment on column ordering.outbox.payload is 'The message body, byte for byte as written here; at most 1 MiB.';
comment on column ordering.outbox.headers is 'Further message headers: flat, scalar, at most 8 KiB together.';
comment on column ordering.outbox.occurred_at is 'When it happened; the AMQP timestamp.';

create table ordering.outbox_delivery (
  position        bigint not null,
  copy            boolean not null default false,
  state           text not null default 'PENDING',
  bucket          smallint not null,
  aggregate_key   bigint not null,
  bytes           integer not null,
  attempts        integer not null default 0,
  tombstone       boolean not null default false,
  first_failed_at timestamptz,
  next_attempt_at timestamptz,
  last_error      text,
  settled_at      timestamptz,
  replayed_at     timestamptz,
  primary key (position, copy),
  constraint state_is_known check (state in ('PENDING', 'RETRYING', 'BLOCKED', 'PARKED', 'SKIPPED', 'PUBLISHED')),
  constraint settled_has_its_time check ((state in ('SKIPPED', 'PUBLISHED')) = (settled_at is not null)),
  constraint retrying_has_its_time check ((state = 'RETRYING') = (next_attempt_at is not null)),
  constraint parked_has_its_reason check (state <> 'PARKED' or (last_error is not null and first_failed_at is not null)),
  constraint a_copy_is_no_tombstone check (not (copy and tombstone)),
  constraint attempts_count_up check (attempts >= 0)
) with (
  -- Each delivery leaves one dead row version; vacuum often, so that the partial indexes stay small.
  autovacuum_vacuum_scale_factor = 0.02,
  autovacuum_vacuum_threshold = 5000,
  autovacuum_vacuum_cost_limit = 2000
);

comment on table ordering.outbox_delivery is 'How far the delivery of an outbox row is. Written by the insert trigger of ordering.outbox, by the relays and by the operator functions.';
comment on column ordering.outbox_delivery.copy is 'One more copy of a published event, asked for by ordering.replay. Copies of an aggregate have a queue of their own (the complement of its key): they hold nothing up.';
comment on column ordering.outbox_delivery.aggregate_key is 'ordering.aggregate_key(aggregate_type, aggregate_id) of the outbox row. Rows with the same key are sent one after the other.';
comment on column ordering.outbox_delivery.bytes is 'Size of the payload: a relay knows what a load is before it touches it.';
comment on column ordering.outbox_delivery.attempts is 'Times the broker refused this row. An outage of the broker counts for none.';
comment on column ordering.outbox_delivery.tombstone is 'Skipped by an operator: a tombstone is sent in place of the event, then it is SKIPPED.';
comment on column ordering.outbox_delivery.settled_at is 'When it was published, or skipped.';
comment on column ordering.outbox_delivery.replayed_at is 'When a copy was last asked for: retention counts from then.';

-- The relay's scan: the next rows of a bucket, in order. What waits for a time or for an operator isn't in it.
create index outbox_delivery_sendable on ordering.outbox_delivery (bucket, position)
  where state = 'PENDING';

-- The relay's scan: retries that are due.
create index outbox_delivery_retrying on ordering.outbox_delivery (next_attempt_at)
  where state = 'RETRYING';

-- The order check: the first rows of an aggregate that are not settled. Said in words that the scan's condition does not
-- imply: PostgreSQL could otherwise walk the whole of it for each bucket. Who looks by aggregate has to say them, too.
create index outbox_delivery_unsettled on ordering.outbox_delivery (aggregate_key, position)
  where settled_at is null;

-- The views and replay_parked: parked rows are few.
create index outbox_delivery_parked on ordering.outbox_delivery (position)
  where state = 'PARKED';

-- ordering.outbox_lag: settled in the last minute; ordering.replay_range. Retention goes by position.
create index outbox_delivery_settled on ordering.outbox_delivery using brin (settled_at)
  with (pages_per_range = 16, autosummarize = on);

create function ordering.enqueue_delivery() returns trigger
language plpgsql security definer set search_path = pg_catalog, pg_temp
as $$
begin
  insert into ordering.outbox_delivery (position, bucket, aggregate_key, bytes)
  select n.position, ordering.bucket_of(k.aggregate_key), k.aggregate_key, octet_length(n.payload::text)
  from new_rows n
  -- Without the offset the key would be made twice.
  cross join lateral (select ordering.aggregate_key(n.aggregate_type, n.aggregate_id) offset 0) k(aggregate_key);
  return null;
end
$$;

-- It writes with its owner's rights: on a table of somebody else it would write whatever deliveries they like. Only who
-- makes a trigger of it needs this right; who inserts doesn't.
revoke execute on function ordering.enqueue_delivery from public;

create trigger enqueue_delivery after insert on ordering.outbox
  referencing new table as new_rows
  for each statement execute function ordering.enqueue_delivery();

create table ordering.outbox_bucket (
  bucket     smallint primary key,
  owner      uuid,
  epoch      bigint not null default 0,
  expires_at timestamptz,
  constraint owned_until check ((owner is null) = (expires_at is null))
);

comment on table ordering.outbox_bucket is 'A lease a bucket. The epoch counts the owners; every write of a relay is fenced by it.';

insert into ordering.outbox_bucket (bucket) select generate_series(0, ${buckets} - 1);

create table ordering.relay (
  relay_id        uuid primary key,
  name            text not null,
  started_at      timestamptz not null default clock_timestamp(),
  expires_at      timestamptz not null,
  retention       interval,
  last_publish_at timestamptz
);

comment on table ordering.relay is 'The relays that are alive, each until its expiry; decides the fair share of buckets.';
comment on column ordering.relay.retention is 'How long this relay keeps what is settled. Nothing older than the shortest is replayed: it may be gone at any moment.';

create table ordering.shedlock (
  name       text primary key,
  lock_until timestamptz not null,
  locked_at  timestamptz not null,
  locked_by  text not null
);

comment on table ordering.shedlock is 'ShedLock: jobs that should run once at a time (retention). Nothing''s correctness rests on it.';

create view ordering.outbox_version as select 1 as version;
comment on view ordering.outbox_version is 'What a relay, and a writer, checks before it starts.';

grant insert (id, aggregate_type, aggregate_id, aggregate_version, event_type, payload, headers, occurred_at)
  on ordering.outbox to outbox_writer;
-- For hints that name aggregates, and for the CHECK; also where functions are not for everybody.
grant execute on function ordering.aggregate_key, ordering.bucket_of, ordering.headers_are_allowed to outbox_writer;

grant select, delete on ordering.outbox to outbox_relay;
-- How far positions have been drawn.
grant select on sequence ordering.outbox_position_seq to outbox_relay;
grant select, update, delete on ordering.outbox_delivery to outbox_relay;
grant select, update on ordering.outbox_bucket to outbox_relay;
grant select, insert, update, delete on ordering.relay to outbox_relay;
grant select, insert, update on ordering.shedlock to outbox_relay;
grant select on ordering.outbox_version to outbox_relay;
