import { sql } from 'kysely';
import type { Executor, Transaction } from './database.ts';
import type { ApiKey, Project } from './schema.ts';

/** Organizations, projects and their API keys. */

export async function findProject(db: Executor, id: string): Promise<Project | undefined> {
  return db.selectFrom('projects').selectAll().where('id', '=', id).executeTakeFirst();
}

export async function listProjects(
  db: Executor,
  filter: { organizationId: string; name?: string },
): Promise<Project[]> {
  let query = db.selectFrom('projects').selectAll().where('organization_id', '=', filter.organizationId);
  if (filter.name !== undefined) query = query.where('name', '=', filter.name);
  return query.orderBy('created_at').orderBy('id').execute();
}

/** The default project, made together with its organization when the database has none. Safe to race. */
export async function ensureDefaultProject(
  tx: Transaction,
  ids: { organizationId: string; projectId: string },
): Promise<Project> {
  await sql`select pg_advisory_xact_lock(hashtext('sheaf.default-project'))`.execute(tx);
  const existing = await tx
    .selectFrom('projects')
    .selectAll()
    .where('is_default', '=', true)
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

export async function insertApiKey(
  db: Executor,
  key: { id: string; projectId: string; name: string; lookup: Buffer; hash: Buffer },
): Promise<void> {
  await db
    .insertInto('api_keys')
    .values({ id: key.id, project_id: key.projectId, name: key.name, lookup: key.lookup, hash: key.hash })
    .onConflict((conflict) => conflict.column('lookup').doNothing())
    .execute();
}

/** The key that is not revoked and has this lookup, with its organization. The caller compares the hash. */
export async function findApiKey(
  db: Executor,
  lookup: Buffer,
): Promise<(ApiKey & { organization_id: string }) | undefined> {
  return db
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .selectAll('api_keys')
    .select('projects.organization_id')
    .where('api_keys.lookup', '=', lookup)
    .where('api_keys.revoked_at', 'is', null)
    .executeTakeFirst();
}

export async function touchApiKey(db: Executor, id: string): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .execute();
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
