-- What an insert into the outbox costs (ADR 3): pgbench, on a migrated database of one's own,
--   PGOPTIONS='-c synchronous_commit=off' pgbench --no-vacuum --protocol=prepared --time=5 --define=n=0 --file=0003-insert.sql
\set n :n + 1
insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, payload)
values ('thing', :n::text, 1, 'thing.changed',
        '{"text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}');
