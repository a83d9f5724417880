import { sql, type RawBuilder } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { newUuid } from '../model/ids.ts';
import type { PagePosition } from '../model/page-token.ts';
import { fileOrder, filePosition, type FileSort } from './file-order.ts';
import { fileConditions, listFiles, type FileFilter } from './files.ts';
import { countQuery, orderedPageQuery } from './pages.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

type Sorts = readonly [FileSort, ...FileSort[]];
const up = (field: FileSort['field']): FileSort => ({ field, descending: false });
const down = (field: FileSort['field']): FileSort => ({ field, descending: true });

/** Every order of one field, and some of several. */
const ORDERS: readonly Sorts[] = [
  [up('name')],
  [down('name')],
  [up('id')],
  [down('id')],
  [up('created_at')],
  [down('created_at')],
  [up('name'), down('created_at')],
  [down('created_at'), up('name'), down('id')],
  [down('name'), down('name'), up('created_at')],
  [up('id'), down('name')],
];
const told = (sorts: Sorts): string =>
  sorts.map(({ field, descending }) => `${field} ${descending ? 'desc' : 'asc'}`).join(', ');

interface Row {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
  readonly externalId?: string;
}

async function insert(projectId: string, rows: readonly Row[]): Promise<void> {
  const values = rows.map((row) => ({
    id: row.id,
    project_id: projectId,
    name: row.name,
    external_file_id: row.externalId ?? null,
    file_type: null,
    size_bytes: 1,
    sha256: Buffer.alloc(32),
    blob_key: `uploads/00/${row.id}`,
    purpose: 'user_data',
    created_at: row.createdAt,
  }));
  await database.db.insertInto('files').values(values).execute();
}

async function readAll(filter: FileFilter, sorts: Sorts, size: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: PagePosition | undefined; ;) {
    const page = await listFiles(database.db, filter, sorts, { size, ...(after && { after }) });
    ids.push(...page.rows.map((row) => row.id));
    if (!page.next) return ids;
    expect(page.rows).toHaveLength(size);
    after = page.next;
  }
}

/** The plain model: rows compared byte by byte, field by field. */
function sorted(rows: readonly Row[], sorts: Sorts): string[] {
  const value = (row: Row, { field }: FileSort): Buffer =>
    Buffer.from({ name: row.name, id: row.id, created_at: row.createdAt }[field]);
  const whole = [...sorts, { field: 'id', descending: sorts.at(-1)?.descending ?? false } as const];
  const compare = (a: Row, b: Row): number => {
    for (const sort of whole) {
      const difference = Buffer.compare(value(a, sort), value(b, sort));
      if (difference !== 0) return sort.descending ? -difference : difference;
    }
    return 0;
  };
  return rows.toSorted(compare).map((row) => row.id);
}

describe('every order', () => {
  // Names that a locale would order otherwise than bytes do, some with the separator of page tokens, one very long.
  const names = ['a.pdf', 'A.pdf', 'b|c.pdf', '_.pdf', 'é.pdf', '表.pdf', '😀.pdf', `${'長'.repeat(2999)}.`];
  let projectId: string;
  let rows: Row[];

  beforeAll(async () => {
    projectId = await addProject(database.db);
    rows = Array.from({ length: 60 }, (_, index) => ({
      id: newUuid(),
      name: names[(index * 7) % names.length] ?? '',
      createdAt: new Date(Date.UTC(2026, 0, 1) + ((index * 5) % 4)).toISOString(),
    }));
    await insert(projectId, rows);
  });

  test.each(ORDERS.map((sorts) => [told(sorts), sorts] as const))(
    '%s: pages of any size are what plain memory says',
    async (_, sorts) => {
      for (const size of [1, 7, 100]) {
        expect(await readAll({ projectId }, sorts, size), `pages of ${size}`).toEqual(sorted(rows, sorts));
      }
    },
  );

  test('holds under every filter', async () => {
    const name = names[2] ?? '';
    const some = rows.filter((_, index) => index % 3 === 0);
    for (const sorts of ORDERS) {
      const named = rows.filter((row) => row.name === name);
      expect(await readAll({ projectId, name }, sorts, 2)).toEqual(sorted(named, sorts));
      const ids = some.map((row) => row.id);
      expect(await readAll({ projectId, ids }, sorts, 4)).toEqual(sorted(some, sorts));
    }
  });
});

test('names and external ids are matched whole, however long they are', async () => {
  const projectId = await addProject(database.db);
  const long = '長'.repeat(2999);
  const row = (end: string): Row => ({
    id: newUuid(),
    name: `${long}${end}`,
    externalId: `${long}${end}`,
    createdAt: '2026-01-01T00:00:00Z',
  });
  const [one, other] = [row('1'), row('2')];
  await insert(projectId, [one, other]);
  const newest: Sorts = [down('created_at')];
  expect(await readAll({ projectId, name: one.name }, newest, 5)).toEqual([one.id]);
  expect(await readAll({ projectId, externalFileId: other.name }, newest, 5)).toEqual([other.id]);
  expect(await readAll({ projectId, name: long }, newest, 5)).toEqual([]);
});

describe('among many files', () => {
  const ROWS = 20_000;
  let projectId: string;

  beforeAll(async () => {
    projectId = await addProject(database.db);
    const others = await addProject(database.db);
    // Half of the project's files have one and the same name, and all were made within a minute.
    await sql`
      insert into files (id, project_id, name, external_file_id, size_bytes, sha256, blob_key, created_at)
      select gen_random_uuid(), case when n % 2 = 0 then ${projectId}::uuid else ${others}::uuid end,
        case when n % 4 = 0 then 'invoice.pdf' else 'file ' || n end, 'ext-' || n, 1, '', 'uploads/00/x',
        now() - n * interval '3 milliseconds'
      from generate_series(1, ${ROWS}::int) as n`.execute(database.db);
    await sql`analyze files`.execute(database.db);
  });

  interface PlanNode {
    readonly 'Node Type': string;
    readonly Plans?: readonly PlanNode[];
  }

  async function nodesOf(statement: RawBuilder<unknown>): Promise<string[]> {
    const { rows } = await sql<{ 'QUERY PLAN': [{ Plan: PlanNode }] }>`
      explain (format json) ${statement}`.execute(database.db);
    const walk = (node: PlanNode): string[] => [node['Node Type'], ...(node.Plans ?? []).flatMap(walk)];
    const plan = rows[0]?.['QUERY PLAN'][0].Plan;
    return plan ? walk(plan) : [];
  }

  const SINGLE = ORDERS.filter((sorts) => sorts.length === 1);

  test.each(SINGLE.map((sorts) => [told(sorts), sorts] as const))(
    '%s: no page sorts or reads the whole table, filtered by name or not',
    async (_, sorts) => {
      for (const filter of [{ projectId }, { projectId, name: 'invoice.pdf' }]) {
        const order = fileOrder(sorts);
        const { rows } = await listFiles(database.db, filter, sorts, { size: 50 });
        const last = rows.at(-1);
        if (!last) throw new Error('nothing was listed');
        for (const page of [{ size: 50 }, { size: 50, after: filePosition(last) }]) {
          const statement = orderedPageQuery('files', fileConditions(filter), page, order);
          const nodes = await nodesOf(statement);
          expect(nodes).toContain('Index Scan');
          expect(nodes.filter((node) => /Sort|Seq Scan|Bitmap/.test(node))).toEqual([]);
        }
      }
    },
  );

  test('an external id finds its file without reading the whole table', async () => {
    const conditions = fileConditions({ projectId, externalFileId: 'ext-4000' });
    for (const sorts of SINGLE) {
      const statement = orderedPageQuery('files', conditions, { size: 50 }, fileOrder(sorts));
      expect(await nodesOf(statement)).not.toContain('Seq Scan');
    }
    expect(await nodesOf(countQuery('files', conditions))).not.toContain('Seq Scan');
  });
});
