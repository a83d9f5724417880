import { sql, type CompiledQuery, type RawBuilder } from 'kysely';
import { createPageTokens, type PagePosition } from '../src/model/page-token.ts';
import { toBatchFilter, toTokenFilters, type BatchQuery } from '../src/services/batches.ts';
import { batchConditions, type BatchFilter } from '../src/store/batch-conditions.ts';
import { batchCountQuery, batchPageQuery } from '../src/store/batch-lists.ts';
import { ensureSecret } from '../src/store/projects.ts';
import type { BenchDatabase } from './bench-server.ts';
import type { HttpClient } from './http-client.ts';
import { searchOf } from './list-cases.ts';
import { sequentialScans } from './list-plans.ts';

/** Which page of a list. */
export type PageName = 'first' | 'middle' | 'last';

/** One page of a list, ready to be asked for both ways. */
export interface ListedPage {
  /** Rows on the page. */
  readonly rows: number;
  /** Rows of the whole list. */
  readonly total: number;
  readonly http: () => Promise<unknown>;
  readonly sql: () => Promise<unknown>;
  /** Tables that a plan of the page's or the count's statement reads from end to end. */
  readonly scans: readonly string[];
}

/** A filled table and the server that lists it. */
export interface ListTable {
  readonly database: BenchDatabase;
  readonly client: HttpClient;
}

/** Prepares a list's first, middle and last page; a list of one page has only a first, of two no middle. */
export async function preparePages(
  table: ListTable,
  query: BatchQuery,
  pageSize: number,
): Promise<Map<PageName, ListedPage>> {
  const filter = toBatchFilter(table.database.projectId, query);
  const total = await countAll(table, filter);
  const pages = Math.ceil(total / pageSize);
  const starts: [PageName, number][] = [['first', 0]];
  if (pages > 2) starts.push(['middle', pages >> 1]);
  if (pages > 1) starts.push(['last', pages - 1]);
  const prepared = new Map<PageName, ListedPage>();
  for (const [name, index] of starts) {
    prepared.set(
      name,
      await preparePage(table, query, { filter, total, pageSize, skipped: index * pageSize }),
    );
  }
  return prepared;
}

async function preparePage(
  table: ListTable,
  query: BatchQuery,
  page: { filter: BatchFilter; total: number; pageSize: number; skipped: number },
): Promise<ListedPage> {
  const { db } = table.database;
  const { filter, total, pageSize, skipped } = page;
  const after = skipped === 0 ? undefined : await positionAt(table, filter, skipped - 1);
  const statement = batchPageQuery(filter, { size: pageSize, ...(after && { after }) });
  const compiled = statement.compile(db);
  const token = after && (await signedToken(table, filter, after));
  const path = `/api/v2/batches?${searchOf(query, pageSize, token)}`;
  return {
    rows: await expectSameRows(table, compiled, path, pageSize),
    total,
    http: () => table.client.call('GET', path),
    sql: () => db.executeQuery(compiled),
    scans: await scansOf(table, [statement, batchCountQuery(filter)]),
  };
}

async function scansOf(table: ListTable, statements: readonly RawBuilder<unknown>[]): Promise<string[]> {
  const scans = await Promise.all(statements.map((one) => sequentialScans(table.database.db, one)));
  return scans.flat();
}

/** Both sides must read the same page, or their times say nothing. @returns how many rows it has */
async function expectSameRows(
  { database, client }: ListTable,
  compiled: CompiledQuery<{ id: string }>,
  path: string,
  pageSize: number,
): Promise<number> {
  const { items } = JSON.parse(await client.call('GET', path)) as { items: { id: string }[] };
  const { rows } = await database.db.executeQuery(compiled);
  const expected = rows.slice(0, pageSize).map((row) => row.id);
  if (items.map((item) => item.id).join() !== expected.join()) {
    throw new Error(`${path} gives other batches than the bare query`);
  }
  return items.length;
}

async function countAll({ database }: ListTable, filter: BatchFilter): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from batches where ${sql.join(batchConditions(filter), sql` and `)}`.execute(
    database.db,
  );
  return counted.rows[0]?.n ?? 0;
}

async function positionAt(
  { database }: ListTable,
  filter: BatchFilter,
  index: number,
): Promise<PagePosition> {
  const found = await sql<{ created_at: Date; id: string }>`
    select created_at, id from batches where ${sql.join(batchConditions(filter), sql` and `)}
    order by created_at desc, id desc offset ${index} limit 1`.execute(database.db);
  const [row] = found.rows;
  if (!row) throw new Error(`The list has no row ${index}`);
  return { createdAt: row.created_at.toISOString(), id: row.id };
}

/** The token that a client would have got after paging all the way to the position. */
async function signedToken(
  { database }: ListTable,
  filter: BatchFilter,
  position: PagePosition,
): Promise<string> {
  const secret = await ensureSecret(database.db, 'page-tokens', Buffer.alloc(32));
  return createPageTokens(secret).encode(position, toTokenFilters(filter));
}
