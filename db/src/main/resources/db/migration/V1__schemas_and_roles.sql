-- Two schemas that production may put into two databases, and one role for each program.
-- Roles belong to the whole server, so another database of it may have made them already.
-- Passwords are set by the migrator after the migrations, from its environment.

do $$
declare
  role_name text;
begin
  foreach role_name in array array['order_app', 'outbox_relay', 'consumer_app', 'inspector', 'operator'] loop
    if not exists (select from pg_roles where rolname = role_name) then
      execute format('create role %I login', role_name);
    end if;
  end loop;
  if not exists (select from pg_roles where rolname = 'outbox_writer') then
    create role outbox_writer nologin;
  end if;
exception
  -- Another database of the same server is being migrated right now and was quicker.
  when duplicate_object or unique_violation then null;
end
$$;

grant outbox_writer to order_app;
grant inspector to operator;

-- Lets the views show what other sessions do (ordering.relay_blockers).
do $$
begin
  grant pg_read_all_stats to inspector;
exception
  when insufficient_privilege then
    raise warning 'inspector gets no pg_read_all_stats: ordering.relay_blockers will show its own sessions only';
end
$$;

create schema ordering;
create schema consuming;

comment on schema ordering is 'The order service and its outbox.';
comment on schema consuming is 'The consumers: their inbox and what they made of the events.';

grant usage on schema ordering to order_app, outbox_writer, outbox_relay, inspector;
grant usage on schema consuming to consumer_app, inspector;

-- Nobody but the owner makes objects in public; the ledger view lives there.
revoke create on schema public from public;
