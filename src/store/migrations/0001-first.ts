import { sql, type Kysely } from 'kysely';

/**
 * Conventions of every table:
 * - Times are `timestamptz(3)`: JavaScript has milliseconds, and a page token made from a rounded time would
 *   skip rows. They come from the database's clock.
 * - Ids are made by the program and compared byte by byte (`collate "C"`), so that keyset pages do not depend
 *   on the machine's locale.
 * - A status column's CHECK repeats the states of `model/`; a test holds the two together.
 */
const STATEMENTS = [
  `create table organizations (
    id uuid primary key,
    name text not null,
    created_at timestamptz(3) not null default now()
  )`,
  `create table projects (
    id uuid primary key,
    organization_id uuid not null references organizations,
    name text not null,
    is_default boolean not null default false,
    limits jsonb not null default '{}',
    last_turn bigint not null default 0,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  `create unique index projects_one_default on projects (organization_id) where is_default`,
  `create table api_keys (
    id text collate "C" primary key,
    project_id uuid not null references projects,
    name text not null,
    lookup bytea not null,
    hash bytea not null,
    created_at timestamptz(3) not null default now(),
    last_used_at timestamptz(3),
    revoked_at timestamptz(3),
    unique (lookup)
  )`,
  `create table files (
    id uuid primary key,
    project_id uuid not null references projects,
    name text not null,
    external_file_id text,
    file_type text,
    size_bytes bigint not null,
    sha256 bytea not null,
    blob_key text not null,
    purpose text,
    expires_at timestamptz(3),
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  `create index files_newest on files (project_id, created_at, id)`,
  `create table directories (
    id text collate "C" primary key,
    project_id uuid not null references projects,
    name text not null,
    description text,
    type text not null check (type in ('user', 'index', 'ephemeral')),
    connector_subscription_id text,
    system_metadata jsonb,
    expires_at timestamptz(3),
    deleted_at timestamptz(3),
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  `create index directories_newest on directories (project_id, created_at, id)`,
  `create table directory_files (
    id text collate "C" primary key,
    project_id uuid not null references projects,
    directory_id text collate "C" not null references directories,
    file_id uuid not null,
    unique_id text not null,
    display_name text not null,
    metadata jsonb,
    deleted_at timestamptz(3),
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now()
  )`,
  `create unique index directory_files_unique_id on directory_files (directory_id, unique_id) where deleted_at is null`,
  `create index directory_files_newest on directory_files (directory_id, created_at, id)`,
  `create index directory_files_file on directory_files (file_id)`,
  `create table configurations (
    id text collate "C" primary key,
    project_id uuid not null references projects,
    product_type text not null,
    name text not null,
    parameters jsonb not null,
    version timestamptz(3) not null default now(),
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    unique (project_id, product_type, name)
  )`,
  `create index configurations_newest on configurations (project_id, created_at, id)`,
  `create table batches (
    id text collate "C" primary key,
    project_id uuid not null references projects,
    source_directory_id text collate "C" not null,
    -- The beginning, in lower case, as it was when the batch was made: searches go over it.
    directory_name text collate "C" not null default '',
    job_type text not null check (job_type in ('parse_v2', 'extract_v2')),
    configuration_id text not null,
    resolved_parameters jsonb not null,
    status text not null check (status in ('PENDING', 'THROTTLED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    error_message text,
    total_files integer not null,
    completed_files integer not null default 0,
    failed_files integer not null default 0,
    cancelled_files integer not null default 0,
    pages integer not null default 0,
    cancel_requested_at timestamptz(3),
    retry_of text collate "C" references batches,
    request_fingerprint bytea not null,
    request_retry_count integer not null default 0,
    revision integer not null default 0,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    check ((status in ('COMPLETED', 'FAILED', 'CANCELLED')) = (finished_at is not null)),
    check (completed_files + failed_files + cancelled_files <= total_files)
  ) with (fillfactor = 80)`,
  // One index for each way to list, all read backwards. Descending ones would be twice as large: new rows would go
  // to their left end, where full pages are split in halves.
  `create index batches_newest on batches (project_id, created_at, id)`,
  `create index batches_by_status on batches (project_id, status, created_at, id)`,
  `create index batches_by_directory on batches (project_id, source_directory_id, created_at, id)`,
  `create index batches_by_directory_status on batches
    (project_id, source_directory_id, status, created_at, id)`,
  `create index batches_by_name on batches (project_id, directory_name, created_at, id)`,
  `create index batches_by_name_status on batches (project_id, directory_name, status, created_at, id)`,
  // Twins of a create that was sent again; only those of the last minutes are looked for.
  `create index batches_by_request on batches (project_id, request_fingerprint, created_at desc)`,
  `create index batches_open on batches (id) where status in ('PENDING', 'THROTTLED', 'RUNNING')`,
  `create table batch_transitions (
    batch_id text collate "C" not null references batches on delete cascade,
    revision integer not null,
    status text not null check (status in ('PENDING', 'THROTTLED', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    at timestamptz(3) not null default now(),
    primary key (batch_id, revision)
  )`,
  `create table batch_webhooks (
    batch_id text collate "C" not null references batches on delete cascade,
    position integer not null,
    configuration_id text,
    url text,
    headers jsonb,
    signing_secret text,
    events text[],
    output_format text not null default 'string' check (output_format in ('string', 'json')),
    primary key (batch_id, position)
  )`,
  `create table webhook_deliveries (
    id uuid primary key,
    event_id text not null,
    event_type text not null,
    project_id uuid not null references projects,
    batch_id text collate "C" references batches on delete cascade,
    webhook_position integer,
    payload jsonb not null,
    state text not null default 'pending' check (state in ('pending', 'delivered', 'dead')),
    attempts integer not null default 0,
    next_at timestamptz(3) not null default now(),
    last_status integer,
    last_error text,
    created_at timestamptz(3) not null default now(),
    unique (event_id, webhook_position)
  )`,
  `create index webhook_deliveries_due on webhook_deliveries (next_at) where state = 'pending'`,
  `create table batch_files (
    batch_id text collate "C" not null references batches on delete cascade,
    position integer not null,
    directory_file_id text collate "C" not null,
    file_id uuid not null,
    display_name text not null,
    job_id text collate "C",
    error_message text,
    primary key (batch_id, position),
    unique (batch_id, directory_file_id),
    check (job_id is null or error_message is null)
  ) with (fillfactor = 80)`,
  `create table jobs (
    id text collate "C" primary key,
    kind text not null check (kind in ('parse', 'extract')),
    project_id uuid not null references projects,
    batch_id text collate "C" references batches,
    batch_position integer,
    file_id uuid not null,
    name text not null,
    configuration_id text,
    parameters jsonb,
    status text not null check (status in ('PENDING', 'RUNNING', 'COMPLETED', 'FAILED', 'CANCELLED')),
    holds_slot boolean not null default false,
    turn bigint not null default 0,
    attempt integer not null default 0,
    lost_attempts integer not null default 0,
    faults integer not null default 0,
    worker_id uuid,
    cancel_requested_at timestamptz(3),
    error_code text,
    error_message text,
    result jsonb,
    summary jsonb,
    pages integer,
    user_metadata jsonb,
    created_at timestamptz(3) not null default now(),
    updated_at timestamptz(3) not null default now(),
    started_at timestamptz(3),
    finished_at timestamptz(3),
    unique (batch_id, batch_position),
    check (parameters is not null or batch_id is not null),
    check (not holds_slot or status in ('PENDING', 'RUNNING')),
    check (status <> 'RUNNING' or holds_slot),
    check ((status in ('COMPLETED', 'FAILED', 'CANCELLED')) = (finished_at is not null))
  ) with (fillfactor = 80)`,
  `create index jobs_newest on jobs (project_id, kind, created_at, id)`,
  // Admission: who holds a slot, and who waits longest.
  `create index jobs_slots on jobs (project_id) where holds_slot`,
  `create index jobs_waiting on jobs (project_id, created_at, id) where status = 'PENDING' and not holds_slot`,
  `create index jobs_running_of_batch on jobs (batch_id) where status = 'RUNNING'`,
  `create index jobs_of_worker on jobs (worker_id) where status = 'RUNNING'`,
  `create table workers (
    id uuid primary key,
    host text not null,
    pid integer not null,
    pid_started text not null,
    started_at timestamptz(3) not null default now()
  )`,
  `create table secrets (
    name text primary key,
    value bytea not null
  )`,
];

export async function up(db: Kysely<unknown>): Promise<void> {
  for (const statement of STATEMENTS) await sql.raw(statement).execute(db);
}
