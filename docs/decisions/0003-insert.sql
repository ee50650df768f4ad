-- What an insert into the outbox costs (ADR 3): pgbench, on a migrated database of one's own,
--   PGOPTIONS='-c synchronous_commit=off' pgbench --no-vacuum --protocol=prepared --time=5 --define=n=0 --define='headers={}' --file=0003-insert.sql
-- or, with a header, as order-app writes one,
--   --define='headers={"traceparent": "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"}'
\set n :n + 1
insert into ordering.outbox (aggregate_type, aggregate_id, aggregate_version, event_type, headers, payload)
values ('thing', :n::text, 1, 'thing.changed', :headers::jsonb,
        '{"text": "xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx"}');
