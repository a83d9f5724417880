import { sql } from 'kysely';
import type { Executor } from './database.ts';
import { readPage, type PageRequest, type RowPage } from './pages.ts';
import type { Configuration } from './schema.ts';

/** Saved product configurations. */

/** Inserts, or gives the one of the same project, product and name new parameters and a new version. */
export async function upsertConfiguration(
  db: Executor,
  configuration: {
    id: string;
    projectId: string;
    productType: string;
    name: string;
    parameters: Record<string, unknown>;
  },
): Promise<Configuration> {
  const parameters = JSON.stringify(configuration.parameters);
  return db
    .insertInto('configurations')
    .values({
      id: configuration.id,
      project_id: configuration.projectId,
      product_type: configuration.productType,
      name: configuration.name,
      parameters,
    })
    .onConflict((conflict) =>
      conflict.columns(['project_id', 'product_type', 'name']).doUpdateSet({
        parameters,
        // Two changes within a millisecond must still differ.
        version: sql`greatest(now(), configurations.version + interval '1 millisecond')`,
        updated_at: sql`now()`,
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

export async function findConfiguration(
  db: Executor,
  projectId: string,
  id: string,
): Promise<Configuration | undefined> {
  return db
    .selectFrom('configurations')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
}

export async function listConfigurations(
  db: Executor,
  filter: { projectId: string; productTypes?: readonly string[]; name?: string },
  page: PageRequest,
): Promise<RowPage<Configuration>> {
  const conditions = [sql`project_id = ${filter.projectId}`] as [ReturnType<typeof sql>];
  if (filter.productTypes !== undefined) conditions.push(sql`product_type = any(${filter.productTypes})`);
  if (filter.name !== undefined) conditions.push(sql`name = ${filter.name}`);
  return readPage(db, 'configurations', conditions, page);
}

/** Changes what is given and leaves the rest; new parameters make a new version. */
export async function updateConfiguration(
  db: Executor,
  projectId: string,
  id: string,
  change: { name?: string; parameters?: Record<string, unknown> },
): Promise<Configuration | undefined> {
  return db
    .updateTable('configurations')
    .set({
      ...(change.name !== undefined && { name: change.name }),
      ...(change.parameters !== undefined && {
        parameters: JSON.stringify(change.parameters),
        version: sql<Date>`greatest(now(), version + interval '1 millisecond')`,
      }),
      updated_at: sql<Date>`now()`,
    })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .returningAll()
    .executeTakeFirst();
}

/** @returns whether there was such a configuration */
export async function removeConfiguration(db: Executor, projectId: string, id: string): Promise<boolean> {
  const removed = await db
    .deleteFrom('configurations')
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .executeTakeFirst();
  return removed.numDeletedRows > 0n;
}
