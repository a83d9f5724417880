import { sql } from 'kysely';
import type { JobKind } from '../model/job-states.ts';
import type { QueueFigures } from '../model/observations.ts';
import type { Database, Transaction } from './database.ts';

/** Waiting jobs of a project, open batches and waiting events are counted up to this many. */
const COUNTED = 10_000;
/** Projects that are named; those beyond them, with the least to do, are told of together. */
const NAMED_PROJECTS = 50;
/** Figures that take longer are not worth it: whoever reads them asks again soon. */
const TIMEOUT = sql`set local statement_timeout = '5s'`;

type ProjectFigures = QueueFigures['jobs'][number];

/** What there is to do in the whole installation. Costs a few short reads of indexes, whatever the history holds. */
export async function readQueueFigures(db: Database): Promise<QueueFigures> {
  return db.transaction().execute(async (tx) => {
    await TIMEOUT.execute(tx);
    return {
      jobs: foldSmall(await openJobs(tx)),
      batches: await openBatches(tx),
      webhooks: await waitingEvents(tx),
    };
  });
}

async function openJobs(tx: Transaction): Promise<ProjectFigures[]> {
  const found = await sql<ProjectFigures & { kind: JobKind }>`
    select p.id as project, o.kind, o.waiting, o.queued, o.running, coalesce(o.oldest, 0)::float8 as "oldestSeconds"
    from projects p cross join lateral (
      select kind, count(*) filter (where not holds_slot) as waiting,
        count(*) filter (where holds_slot and status = 'PENDING') as queued,
        count(*) filter (where status = 'RUNNING') as running,
        extract(epoch from now() - min(created_at) filter (where status = 'PENDING')) as oldest
      from (
        (select kind, status, holds_slot, created_at from jobs
         where project_id = p.id and finished_at is null and not holds_slot
         order by created_at, id limit ${COUNTED})
        union all
        (select kind, status, holds_slot, created_at from jobs where project_id = p.id and holds_slot)
      ) as open
      group by kind
    ) as o`.execute(tx);
  return found.rows;
}

/** The projects with the most to do by name, the others as one. */
function foldSmall(rows: readonly ProjectFigures[]): ProjectFigures[] {
  const sizes = new Map<string, number>();
  for (const { project, waiting, queued, running } of rows)
    sizes.set(project, (sizes.get(project) ?? 0) + waiting + queued + running);
  const largest = [...sizes].toSorted(([, a], [, b]) => b - a).slice(0, NAMED_PROJECTS);
  const named = new Set(largest.map(([project]) => project));
  const others = new Map<string, ProjectFigures>();
  for (const row of rows.filter(({ project }) => !named.has(project))) {
    const sum = others.get(row.kind);
    others.set(row.kind, {
      project: 'other',
      kind: row.kind,
      waiting: (sum?.waiting ?? 0) + row.waiting,
      queued: (sum?.queued ?? 0) + row.queued,
      running: (sum?.running ?? 0) + row.running,
      oldestSeconds: Math.max(sum?.oldestSeconds ?? 0, row.oldestSeconds),
    });
  }
  return [...rows.filter(({ project }) => named.has(project)), ...others.values()];
}

async function openBatches(tx: Transaction): Promise<QueueFigures['batches']> {
  const found = await sql<{ status: string; count: number }>`
    select status, count(*) as count from (
      select status from batches where status in ('PENDING', 'THROTTLED', 'RUNNING') limit ${COUNTED}
    ) as open group by status`.execute(tx);
  const counts = new Map(found.rows.map(({ status, count }) => [status, count]));
  return ['PENDING', 'THROTTLED', 'RUNNING'].map((status) => ({ status, count: counts.get(status) ?? 0 }));
}

async function waitingEvents(tx: Transaction): Promise<QueueFigures['webhooks']> {
  const found = await sql<QueueFigures['webhooks']>`
    select count(*) as pending, greatest(coalesce(extract(epoch from now() - min(next_at)), 0), 0)::float8 as "overdueSeconds"
    from (
      (select next_at from webhook_deliveries where state = 'pending' and not queued limit ${COUNTED})
      union all
      (select next_at from webhook_deliveries where queued limit ${COUNTED})
    ) as waiting`.execute(tx);
  return found.rows[0] ?? { pending: 0, overdueSeconds: 0 };
}
