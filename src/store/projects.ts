import { sql } from 'kysely';
import type { Executor, Transaction } from './database.ts';
import type { Project } from './schema.ts';

/** Projects, and the server's own secrets. */

export async function findProject(db: Executor, id: string): Promise<Project | undefined> {
  return db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst();
}

/**
 * The default project, made together with its organization when the database has none. Other organizations have
 * default projects of their own, which are younger. Safe to race.
 */
export async function ensureDefaultProject(
  tx: Transaction,
  ids: { organizationId: string; projectId: string },
): Promise<Project> {
  await sql`select pg_advisory_xact_lock(hashtext('sheaf.default-project'))`.execute(tx);
  const existing = await tx
    .selectFrom('projects')
    .selectAll()
    .where('is_default', '=', true)
    .orderBy('created_at')
    .orderBy('id')
    .executeTakeFirst();
  if (existing) return existing;
  await tx.insertInto('organizations').values({ id: ids.organizationId, name: 'Default' }).execute();
  return tx
    .insertInto('projects')
    .values({
      id: ids.projectId,
      organization_id: ids.organizationId,
      name: 'Default',
      is_default: true,
      limits: '{}',
    })
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** A project with the name of its organization. */
export interface ListedProject extends Project {
  readonly organization_name: string;
}

/** Projects of all organizations, or of one, or one; oldest first. */
export async function listAllProjects(
  db: Executor,
  filter: { organizationId?: string; id?: string } = {},
): Promise<ListedProject[]> {
  let query = db
    .selectFrom('projects as p')
    .innerJoin('organizations as o', 'o.id', 'p.organization_id')
    .selectAll('p')
    .select('o.name as organization_name');
  if (filter.organizationId !== undefined)
    query = query.where('p.organization_id', '=', filter.organizationId);
  if (filter.id !== undefined) query = query.where('p.id', '=', filter.id);
  return query.orderBy('p.created_at').orderBy('p.id').execute();
}

/** Makes a project; the first of an organization is its default. The organization is locked. */
export async function insertProject(
  tx: Transaction,
  project: { id: string; organizationId: string; name: string; limits: Project['limits'] },
): Promise<void> {
  const first = await tx
    .selectFrom('projects')
    .select('id')
    .where('organization_id', '=', project.organizationId)
    .limit(1)
    .executeTakeFirst();
  await tx
    .insertInto('projects')
    .values({
      id: project.id,
      organization_id: project.organizationId,
      name: project.name,
      is_default: first === undefined,
      limits: JSON.stringify(project.limits),
    })
    .execute();
}

/** Changes what is given. A limit that is null is the server's again. */
export async function updateProject(
  tx: Transaction,
  id: string,
  change: {
    name?: string;
    limits?: { max_running_jobs?: number | null; max_running_batches?: number | null };
  },
): Promise<void> {
  const limits = JSON.stringify(change.limits ?? {});
  await sql`
    update projects set name = coalesce(${change.name ?? null}, name),
      limits = jsonb_strip_nulls(limits || ${limits}::jsonb), updated_at = now()
    where id = ${id}`.execute(tx);
}

/** The server's secret of this name; `candidate` becomes it where there is none yet. */
export async function ensureSecret(db: Executor, name: string, candidate: Buffer): Promise<Buffer> {
  await db
    .insertInto('secrets')
    .values({ name, value: candidate })
    .onConflict((conflict) => conflict.column('name').doNothing())
    .execute();
  const row = await db
    .selectFrom('secrets')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirstOrThrow();
  return row.value;
}
