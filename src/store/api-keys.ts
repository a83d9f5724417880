import { sql, type Selectable } from 'kysely';
import type { Executor, Transaction } from './database.ts';
import type { ApiKey, Schema } from './schema.ts';

/** API keys: whom a request speaks for. */

/** Makes a key. Does nothing when it is known already, revoked or not. */
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

/** A key as it is asked for with every request. */
export interface UsableKey {
  readonly id: string;
  readonly hash: Buffer;
  readonly project_id: string;
  readonly organization_id: string;
  /** Its last use was noted a minute ago or more, or never. */
  readonly use_is_due: boolean;
}

/** The key that is not revoked and has this lookup. The caller compares the hash. */
export async function findUsableKey(db: Executor, lookup: Buffer): Promise<UsableKey | undefined> {
  return db
    .selectFrom('api_keys')
    .innerJoin('projects', 'projects.id', 'api_keys.project_id')
    .select(['api_keys.id', 'api_keys.hash', 'api_keys.project_id', 'projects.organization_id'])
    .select(useIsDue.as('use_is_due'))
    .where('api_keys.lookup', '=', lookup)
    .where('api_keys.revoked_at', 'is', null)
    .executeTakeFirst();
}

/** A key that is used all day writes its row once a minute, however many servers see it. */
const useIsDue = sql<boolean>`coalesce(last_used_at < now() - interval '1 minute', true)`;

/** Notes that a key was used, unless that was done within the last minute. */
export async function noteUse(db: Executor, id: string): Promise<void> {
  await db
    .updateTable('api_keys')
    .set({ last_used_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where(useIsDue)
    .execute();
}

/** The key with this lookup, revoked or not. */
export async function findKeyByLookup(db: Executor, lookup: Buffer): Promise<ApiKey | undefined> {
  return db.selectFrom('api_keys').selectAll().where('lookup', '=', lookup).executeTakeFirst();
}

/** A key as operators see it: never itself, nor anything made from it. */
export interface ListedKey extends Pick<
  Selectable<Schema['api_keys']>,
  'id' | 'name' | 'project_id' | 'created_at' | 'last_used_at' | 'revoked_at'
> {
  readonly project_name: string;
  readonly organization_id: string;
}

/** Keys, oldest first, revoked ones included. @param filter.projectId absent: of all projects */
export async function listApiKeys(
  db: Executor,
  filter: { projectId?: string; organizationId?: string; id?: string } = {},
): Promise<ListedKey[]> {
  let query = db
    .selectFrom('api_keys as k')
    .innerJoin('projects as p', 'p.id', 'k.project_id')
    .select(['k.id', 'k.name', 'k.project_id', 'k.created_at', 'k.last_used_at', 'k.revoked_at'])
    .select(['p.name as project_name', 'p.organization_id']);
  if (filter.projectId !== undefined) query = query.where('k.project_id', '=', filter.projectId);
  if (filter.organizationId !== undefined)
    query = query.where('p.organization_id', '=', filter.organizationId);
  if (filter.id !== undefined) query = query.where('k.id', '=', filter.id);
  return query.orderBy('k.created_at').orderBy('k.id').execute();
}

/** The project's keys that are not revoked, locked: whoever revokes the last one knows that it is. */
export async function lockUsableKeys(tx: Transaction, projectId: string): Promise<string[]> {
  const rows = await tx
    .selectFrom('api_keys')
    .select('id')
    .where('project_id', '=', projectId)
    .where('revoked_at', 'is', null)
    .orderBy('id')
    .forUpdate()
    .execute();
  return rows.map((row) => row.id);
}

export async function revokeApiKey(tx: Transaction, id: string): Promise<void> {
  await tx
    .updateTable('api_keys')
    .set({ revoked_at: sql<Date>`now()` })
    .where('id', '=', id)
    .where('revoked_at', 'is', null)
    .execute();
}
