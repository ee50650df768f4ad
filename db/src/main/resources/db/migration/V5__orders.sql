-- The order service's own tables. Each change of an order takes the lock of its row here, bumps the
-- version and appends one row to ordering.outbox, all in one transaction.

create table ordering.orders (
  id           uuid primary key,
  status       text not null,
  version      bigint not null,
  customer_id  text not null,
  currency     text not null,
  total        numeric(19, 2) not null,
  created_at   timestamptz not null,
  paid_at      timestamptz,
  shipped_at   timestamptz,
  cancelled_at timestamptz,
  constraint status_is_known check (status in ('CREATED', 'PAID', 'SHIPPED', 'CANCELLED')),
  -- An order may be cancelled before or after it was paid, never after it was shipped.
  constraint paid_has_its_time check (
    case status when 'CREATED' then paid_at is null when 'CANCELLED' then true else paid_at is not null end),
  constraint shipped_has_its_time check ((status = 'SHIPPED') = (shipped_at is not null)),
  constraint cancelled_has_its_time check ((status = 'CANCELLED') = (cancelled_at is not null)),
  -- A version more for each thing that happened: no gap, nothing counted twice.
  constraint version_counts_what_happened check (version = 1 + num_nonnulls(paid_at, shipped_at, cancelled_at)),
  -- Ranges written out: what [[:cntrl:]] means depends on the database's locale, and the app has to agree.
  constraint customer_id_is_text check (
    char_length(customer_id) between 1 and 100 and customer_id !~ '[\u0001-\u001f\u007f-\u009f]'),
  constraint currency_is_iso_4217 check (currency ~ '^[A-Z]{3}$'),
  constraint total_is_not_negative check (total >= 0)
);

comment on table ordering.orders is 'One row an order. Its version is the aggregate_version of its latest event.';
comment on column ordering.orders.id is 'The aggregate_id of its events (aggregate_type order). A UUIDv7 made by the app.';
comment on column ordering.orders.status is 'CREATED -> PAID -> SHIPPED; CANCELLED from CREATED or PAID.';
comment on column ordering.orders.version is '1, 2, 3 ...: one event in ordering.outbox for each.';
comment on column ordering.orders.total is 'Sum of quantity times unit_price over its lines, in the order''s currency.';
comment on column ordering.orders.paid_at is 'Kept when a paid order is cancelled: the customer''s money has to go back.';

create table ordering.order_lines (
  order_id   uuid not null references ordering.orders,
  line       smallint not null,
  sku        text not null,
  quantity   integer not null,
  unit_price numeric(9, 2) not null,
  primary key (order_id, line),
  constraint at_most_100_lines check (line between 1 and 100),
  constraint sku_is_text check (char_length(sku) between 1 and 64 and sku !~ '[\u0001-\u001f\u007f-\u009f]'),
  constraint quantity_is_1_to_1000000 check (quantity between 1 and 1000000),
  constraint unit_price_is_not_negative check (unit_price >= 0)
);

comment on table ordering.order_lines is 'What was ordered; never changed after the order was placed. At most 100 lines, so that an event can''t exceed the payload limit.';
comment on column ordering.order_lines.sku is 'Any text: the order service has no catalogue.';

create table ordering.idempotency_key (
  key          text primary key,
  request_hash bytea not null,
  -- Checked at commit: the key is written first, so that of two requests only one goes on to make the order.
  order_id     uuid not null unique references ordering.orders deferrable initially deferred,
  created_at   timestamptz not null default clock_timestamp(),
  constraint key_is_1_to_255_bytes check (octet_length(key) between 1 and 255),
  constraint request_hash_is_sha256 check (octet_length(request_hash) = 32)
);

comment on table ordering.idempotency_key is 'Which order a client''s Idempotency-Key made. Written in the order''s transaction and kept as long as the order.';
comment on column ordering.idempotency_key.request_hash is 'SHA-256 of what was ordered: the same key for something else is refused.';

create view ordering.orders_version as select 1 as version;
comment on view ordering.orders_version is 'What order-app checks before it starts.';

-- Orders are history: nobody deletes one, and only the columns that tell of its life change.
grant select, insert, update (status, version, paid_at, shipped_at, cancelled_at) on ordering.orders to order_app;
grant select, insert on ordering.order_lines, ordering.idempotency_key to order_app;
grant select on ordering.orders_version, ordering.outbox_version to order_app;
grant select on ordering.orders, ordering.order_lines, ordering.idempotency_key to inspector;
