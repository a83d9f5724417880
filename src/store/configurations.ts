import { sql, type RawBuilder } from 'kysely';
import type { Executor, Transaction } from './database.ts';
import { readPage, type PageRequest, type RowPage } from './pages.ts';
import type { Configuration } from './schema.ts';

/** Saved product configurations. */

/** Two changes within a millisecond must still have different versions. */
const NEXT_VERSION = sql<Date>`greatest(now(), configurations.version + interval '1 millisecond')`;

/**
 * Inserts, or gives the one of the same project, product and name new parameters and a new version. Equal parameters
 * change nothing at all, so that a create that a client sends again gives the same answer.
 */
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
        version: whenOther(parameters, NEXT_VERSION, 'version'),
        updated_at: whenOther(parameters, sql<Date>`now()`, 'updated_at'),
      }),
    )
    .returningAll()
    .executeTakeFirstOrThrow();
}

/** The one that {@link upsertConfiguration} would overwrite, locked until the transaction ends. */
export async function lockNamedConfiguration(
  tx: Transaction,
  named: { projectId: string; productType: string; name: string },
): Promise<Configuration | undefined> {
  return tx
    .selectFrom('configurations')
    .selectAll()
    .where('project_id', '=', named.projectId)
    .where('product_type', '=', named.productType)
    .where('name', '=', named.name)
    .forNoKeyUpdate()
    .executeTakeFirst();
}

/** The configuration, locked until the transaction ends. */
export async function lockConfiguration(
  tx: Transaction,
  projectId: string,
  id: string,
): Promise<Configuration | undefined> {
  return tx
    .selectFrom('configurations')
    .selectAll()
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .forNoKeyUpdate()
    .executeTakeFirst();
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

/** Changes what is given and leaves the rest; other parameters make a new version. */
export async function updateConfiguration(
  db: Executor,
  projectId: string,
  id: string,
  change: { name?: string; parameters?: Record<string, unknown> },
): Promise<Configuration | undefined> {
  const parameters = change.parameters === undefined ? null : JSON.stringify(change.parameters);
  const name = change.name ?? null;
  const updated = sql<Date>`
    case when name <> ${name} or ${areOther('parameters', parameters)} then now() else updated_at end`;
  return db
    .updateTable('configurations')
    .set({
      ...(name !== null && { name }),
      ...(parameters !== null && {
        parameters,
        version: whenOther(parameters, NEXT_VERSION, 'version'),
      }),
      updated_at: updated,
    })
    .where('id', '=', id)
    .where('project_id', '=', projectId)
    .returningAll()
    .executeTakeFirst();
}

/** The new value of a column when the parameters are not those that are stored, else the one it has. */
function whenOther(parameters: string, value: RawBuilder<Date>, column: string): RawBuilder<Date> {
  const own = sql.ref(`configurations.${column}`);
  return sql<Date>`
    case when ${areOther('configurations.parameters', parameters)} then ${value} else ${own} end`;
}

/** Whether parameters are not those that are stored. Of a schema's fields the order counts, as it does in the data. */
function areOther(column: string, parameters: string | null): RawBuilder<boolean> {
  const stored = sql.ref(column);
  return sql<boolean>`(${stored}::jsonb <> ${parameters}::jsonb
    or (${stored} -> 'data_schema')::text is distinct from (${parameters}::json -> 'data_schema')::text)`;
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
