import { sql, type Kysely } from 'kysely';

/** Webhooks that are saved, who is told of what, and how each event fared on its way. */
const STATEMENTS = [
  `create table webhook_configs (
    id text collate "C" primary key,
    project_id uuid not null references projects,
    url text not null,
    -- The URL's host and port: deliveries to one endpoint are counted by it.
    host text not null,
    headers jsonb,
    signing_secret text,
    events text[] check (cardinality(events) > 0),
    output_format text not null default 'string' check (output_format in ('string', 'json')),
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  `create index webhook_configs_newest on webhook_configs (project_id, created_at, id)`,

  // Who is told of a batch's or a job's events. It outlives both for as long as something is still to be delivered.
  `create table webhook_subscriptions (
    id bigint generated always as identity primary key,
    batch_id text collate "C" references batches on delete set null,
    job_id text collate "C" references jobs on delete set null,
    position integer not null,
    scope text not null check (scope in ('own', 'jobs')),
    -- A saved configuration, which counts as it is when an event is sent; or else the endpoint itself.
    config_id text collate "C",
    url text,
    host text,
    headers jsonb,
    signing_secret text,
    events text[],
    output_format text not null default 'string' check (output_format in ('string', 'json')),
    check ((config_id is null) = (url is not null)),
    check ((url is null) = (host is null)),
    check (batch_id is null or job_id is null)
  )`,
  `create index webhook_subscriptions_of_batch on webhook_subscriptions (batch_id, scope) where batch_id is not null`,
  `create index webhook_subscriptions_of_job on webhook_subscriptions (job_id) where job_id is not null`,
  `create index webhook_subscriptions_of_nobody on webhook_subscriptions (id) where batch_id is null and job_id is null`,
  `insert into webhook_subscriptions
      (batch_id, position, scope, config_id, url, host, headers, signing_secret, events, output_format)
    select batch_id, position, 'own', case when url is null then configuration_id end, url,
      lower(substring(url from '^[^:]+://(?:[^/?#]*@)?([^/?#]+)')), headers, signing_secret, events, output_format
    from batch_webhooks
    where url is not null or configuration_id is not null
    order by batch_id, position`,

  `alter table webhook_deliveries
    drop constraint webhook_deliveries_event_id_webhook_position_key,
    -- An event of a batch or job that is deleted meanwhile is still delivered.
    drop constraint webhook_deliveries_batch_id_fkey,
    add column job_id text collate "C",
    -- Null for a test, which nobody subscribed to.
    add column subscription_id bigint references webhook_subscriptions on delete cascade,
    add column config_id text collate "C",
    add column host text,
    add column queued boolean not null default false,
    add column queued_at timestamptz(3),
    -- Attempts since the delivery was made or last sent again by hand, and when the first of these was.
    add column tries integer not null default 0,
    add column first_try_at timestamptz(3),
    add column reason text,
    add column ended_at timestamptz(3),
    -- Not jsonb: every attempt sends the same bytes.
    alter column payload type json using payload::json`,
  `update webhook_deliveries d set subscription_id = s.id, host = s.host, config_id = s.config_id
    from webhook_subscriptions s where s.batch_id = d.batch_id and s.position = d.webhook_position`,
  `delete from webhook_deliveries where host is null`,
  `update webhook_deliveries set state = 'dead', reason = 'The event is from before this server could deliver events.'
    where state = 'pending' and created_at < now() - interval '24 hours'`,
  `update webhook_deliveries set ended_at = now() where state <> 'pending'`,
  `drop index webhook_deliveries_due`,
  `alter table webhook_deliveries
    drop column webhook_position, drop column last_status, drop column last_error,
    alter column host set not null,
    add unique (event_id, subscription_id),
    add check ((state = 'pending') = (ended_at is null)),
    add check (not queued or state = 'pending'),
    add check (queued = (queued_at is not null)),
    set (fillfactor = 80)`,
  // What waits, endpoint by endpoint; what is in the queue; what may be forgotten.
  `create index webhook_deliveries_waiting on webhook_deliveries (project_id, host, next_at)
    where state = 'pending' and not queued`,
  `create index webhook_deliveries_queued on webhook_deliveries (project_id, host) where queued`,
  `create index webhook_deliveries_ended on webhook_deliveries (state, ended_at) where ended_at is not null`,
  `create index webhook_deliveries_of_subscription on webhook_deliveries (subscription_id)`,
  `create index webhook_deliveries_of_batch on webhook_deliveries (batch_id, created_at, id) where batch_id is not null`,
  `create index webhook_deliveries_of_job on webhook_deliveries (job_id, created_at, id) where job_id is not null`,
  `create index webhook_deliveries_of_config on webhook_deliveries (config_id, created_at, id)
    where config_id is not null`,
  `drop table batch_webhooks`,

  `create table webhook_attempts (
    delivery_id uuid not null references webhook_deliveries on delete cascade,
    number integer not null,
    at timestamptz(3) not null,
    status integer,
    error text,
    latency_ms integer not null,
    response text,
    primary key (delivery_id, number)
  )`,
  // Endpoints whose last attempts failed, and how many in a row.
  `create table webhook_endpoints (
    project_id uuid not null references projects,
    host text not null,
    failures integer not null,
    -- Until then it is left alone.
    rest_until timestamptz(3) not null,
    primary key (project_id, host)
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
