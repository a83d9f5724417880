import { sql } from 'kysely';
import type { Database, Executor } from '../src/store/database.ts';

/**
 * Batches as a busy server would have them after a year, made in SQL. Row `n` of `rows` is the n-th oldest; every
 * fourth shares its time with three others. The first project holds every second row:
 *
 * - `invoices` has 30 % of its batches, all year; 200 directories `scan-…` share about as much;
 * - `archive-…` were used in the first tenth of the year and never since, `quiet` forty times in spring;
 * - every other batch has a directory of its own, `run-…`, as `sheaf batch FOLDER` makes them;
 * - the newest ones are pending, throttled and running, as many as the limits allow whatever the size of the table;
 *   of the others 1 % were cancelled and 5 % have failed.
 */
export async function fillBatches(db: Database, projectId: string, rows: number): Promise<void> {
  await addOtherProjects(db, projectId);
  // One connection: the plan is a temporary table.
  await db.connection().execute(async (connection) => {
    await sql`create temporary table plan as ${plannedRows(projectId, rows)}`.execute(connection);
    await insertDirectories(connection);
    await insertBatches(connection);
    await sql`drop table plan`.execute(connection);
  });
  // Autovacuum does the same within a minute or two of such an insert; the figures must not depend on when.
  await sql`vacuum (analyze)`.execute(db);
}

/** How many projects share the other half of the rows. */
const OTHER_PROJECTS = 9;

async function addOtherProjects(db: Database, projectId: string): Promise<void> {
  await sql`
    insert into projects (id, organization_id, name)
    select gen_random_uuid(), p.organization_id, 'other-' || n
    from projects p, generate_series(1, ${OTHER_PROJECTS}::int) as n where p.id = ${projectId}`.execute(db);
}

/** One row per batch: when, whose, from which directory, how it fares. `dice` is the same on every run. */
function plannedRows(projectId: string, rows: number) {
  return sql`
    with others as (
      select array_agg(id order by name) as ids from projects where id <> ${projectId}
    ), numbered as (
      select n, ${rows}::int - n as age, ('x' || substr(md5(n::text), 1, 7))::bit(28)::int as dice,
        date_trunc('milliseconds', now()) - (${rows}::int - n) / 4 * 4 * (interval '365 days' / ${rows}::int) as created_at
      from generate_series(1, ${rows}::int) as n
    )
    select n, created_at,
      case when n % 2 = 0 then ${projectId}::uuid else ids[1 + n / 2 % ${OTHER_PROJECTS}::int] end as project_id,
      case
        when n % 2 = 1 then 'other-' || dice % 50
        when n between ${rows}::int / 4 and ${rows}::int / 4 + 79 then 'quiet'
        when dice % 100 < 30 then 'invoices'
        when n < ${rows}::int / 10 then 'archive-' || dice / 100 % 20
        when dice % 100 < 60 then 'scan-' || dice / 100 % 200
        else 'run-' || n
      end as directory,
      case
        when n % 2 = 0 and age < 40 then 'PENDING'
        when n % 2 = 0 and age < 240 then 'THROTTLED'
        when n % 2 = 0 and age < 260 then 'RUNNING'
        when dice % 1009 < 10 then 'CANCELLED'
        when dice % 1009 < 60 then 'FAILED'
        else 'COMPLETED'
      end as status
    from numbered, others`;
}

async function insertDirectories(db: Executor): Promise<void> {
  await sql`
    insert into directories (id, project_id, name, type, created_at, updated_at)
    select ${idOf('dir-', sql`first_use`, sql`md5(project_id || directory)`)}, project_id, directory, 'user', first_use, first_use
    from (select project_id, directory, min(created_at) as first_use from plan group by 1, 2) as used`.execute(
    db,
  );
}

async function insertBatches(db: Executor): Promise<void> {
  await sql`
    insert into batches (id, project_id, source_directory_id, directory_name, job_type, configuration_id, resolved_parameters, status,
      total_files, completed_files, pages, request_fingerprint, revision, created_at, updated_at, started_at, finished_at)
    select ${idOf('bat-', sql`r.created_at`, sql`md5(r.n::text)`)}, r.project_id, d.id, d.name, 'parse_v2', 'cfg-PARSE_AGENTIC',
      '{"tier": "agentic", "version": "latest"}', r.status, 20, case when ended then 20 else 0 end,
      case when ended then 55 else 0 end, sha256(r.n::text::bytea), 22, r.created_at, r.created_at + interval '9 s',
      r.created_at + interval '1 s', case when ended then r.created_at + interval '9 s' end
    from plan r
    join directories d on d.project_id = r.project_id and d.name = r.directory
    cross join lateral (select r.status in ('COMPLETED', 'FAILED', 'CANCELLED') as ended) as e
    order by r.n`.execute(db);
}

/** A prefixed UUIDv7 of a time and 18 hexadecimal digits of a hash. */
function idOf(prefix: string, time: ReturnType<typeof sql>, hash: ReturnType<typeof sql>) {
  const milliseconds = sql`lpad(to_hex((extract(epoch from ${time}) * 1000)::bigint), 12, '0')`;
  return sql`${prefix} || regexp_replace(${milliseconds} || ${hash},
    '^(.{8})(.{4})(.{3})(.{3})(.{12}).*$', '\\1-\\2-7\\3-8\\4-\\5')`;
}
