import type { Executor, Transaction } from './database.ts';
import type { Organization } from './schema.ts';

/** Organizations: what projects stand in. */

/** Oldest first. */
export async function listOrganizations(db: Executor): Promise<Organization[]> {
  return db.selectFrom('organizations').selectAll().orderBy('created_at').orderBy('id').execute();
}

/** @returns undefined where the name is taken */
export async function insertOrganization(
  db: Executor,
  organization: { id: string; name: string },
): Promise<Organization | undefined> {
  return db
    .insertInto('organizations')
    .values(organization)
    .onConflict((conflict) => conflict.column('name').doNothing())
    .returningAll()
    .executeTakeFirst();
}

/** Holds up others that make or rename the organization's projects until the transaction ends. */
export async function lockOrganization(tx: Transaction, id: string): Promise<void> {
  await tx.selectFrom('organizations').select('id').where('id', '=', id).forNoKeyUpdate().execute();
}
