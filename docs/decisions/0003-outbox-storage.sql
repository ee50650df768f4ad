-- What a mark costs, with the state in columns of the event's row and in a table beside it (ADR 3).
-- In a migrated database of your own, as its owner: psql -f docs/decisions/0003-outbox-storage.sql
-- It empties the outbox.
create table public.in_place (
  position bigint generated always as identity primary key, id uuid not null default gen_random_uuid() unique,
  aggregate_type text not null, aggregate_id text not null, aggregate_version bigint, event_type text not null,
  payload json not null, headers jsonb not null default '{}', occurred_at timestamptz not null default now(),
  state text not null default 'PENDING', bucket smallint not null, aggregate_key bigint not null,
  settled_at timestamptz, unique (aggregate_type, aggregate_id, aggregate_version));
create index on public.in_place (bucket, position) where state = 'PENDING';
create index on public.in_place (aggregate_key, position) where state = 'PENDING';
insert into public.in_place (aggregate_type, aggregate_id, event_type, payload, bucket, aggregate_key)
select 'invoice', (n % 50000)::text, 'invoice.issued', json_build_object('pad', repeat('x', 480)), n % 64, n % 50000
from generate_series(1, 100000) n;
truncate ordering.outbox, ordering.outbox_delivery;
insert into ordering.outbox (aggregate_type, aggregate_id, event_type, payload)
select 'invoice', (n % 50000)::text, 'invoice.issued', json_build_object('pad', repeat('x', 480))
from generate_series(1, 100000) n;
vacuum analyze public.in_place;
vacuum analyze ordering.outbox_delivery;
\timing on
select pg_current_wal_insert_lsn() as before \gset
update public.in_place set state = 'PUBLISHED', settled_at = clock_timestamp()
where position in (select position from public.in_place where state = 'PENDING' order by position limit 10000);
select pg_size_pretty(pg_current_wal_insert_lsn() - :'before'::pg_lsn) as wal_in_place \gset
\echo in place: :wal_in_place of WAL
select pg_current_wal_insert_lsn() as before \gset
update ordering.outbox_delivery set state = 'PUBLISHED', settled_at = clock_timestamp()
where position in (select position from ordering.outbox_delivery where state = 'PENDING' order by position limit 10000);
select pg_size_pretty(pg_current_wal_insert_lsn() - :'before'::pg_lsn) as wal_beside \gset
\echo beside: :wal_beside of WAL
drop table public.in_place;
