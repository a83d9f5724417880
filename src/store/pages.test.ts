import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { newId } from '../model/ids.ts';
import type { PagePosition } from '../model/page-token.ts';
import { EXACT_COUNT_LIMIT, readPage } from './pages.ts';

let database: TestDatabase;
let projectId: string;

beforeAll(async () => {
  database = await openTestDatabase();
  projectId = await addProject(database.db);
});
afterAll(() => database.close());

interface Row {
  readonly id: string;
  readonly name: string;
  readonly createdAt: string;
}

/** The plain model that the pages are compared with: all rows of a name, newest first, ids byte by byte. */
function newestFirst(rows: readonly Row[], name: string): string[] {
  return rows
    .filter((row) => row.name === name)
    .toSorted((a, b) => compare(b.createdAt, a.createdAt) || compare(b.id, a.id))
    .map((row) => row.id);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

/** Rows whose times collide often: within a few milliseconds. */
function randomRows(count: number, random: () => number): Row[] {
  return Array.from({ length: count }, () => ({
    // Upper case, digits and signs: a locale would order them otherwise than bytes do.
    id: `dir-${['a', 'B', '_', '-', 'Z', 'é'][Math.floor(random() * 6)]}${newId('directory').slice(4 + Math.floor(random() * 20))}`,
    name: random() < 0.7 ? 'wanted' : 'other',
    createdAt: new Date(Date.UTC(2026, 0, 1) + Math.floor(random() * 5)).toISOString(),
  }));
}

async function insert(rows: readonly Row[]): Promise<void> {
  await database.db
    .insertInto('directories')
    .values(
      rows.map((row) => ({
        id: row.id,
        project_id: projectId,
        name: row.name,
        description: null,
        type: 'user' as const,
        connector_subscription_id: null,
        system_metadata: null,
        created_at: row.createdAt,
      })),
    )
    .execute();
}

async function page(name: string, size: number, after?: PagePosition) {
  const conditions = [sql`project_id = ${projectId}`, sql`name = ${name}`] as const;
  return readPage(database.db, 'directories', conditions, { size, ...(after && { after }) });
}

async function readAll(name: string, size: number): Promise<string[]> {
  const ids: string[] = [];
  for (let after: PagePosition | undefined; ;) {
    const { rows, next } = await page(name, size, after);
    expect(rows.length).toBeLessThanOrEqual(size);
    ids.push(...rows.map((row) => row.id));
    if (!next) return ids;
    after = next;
  }
}

/** Small and repeatable; the seed stands in the test's name, so that a failure can be run again. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

describe.each([1, 7, 42])('random rows (seed %i)', (seed) => {
  const random = randomFrom(seed);
  const rows = randomRows(120, random);
  beforeAll(async () => {
    await sql`delete from directories`.execute(database.db);
    await insert(rows);
  });

  test.each([1, 2, 7, 40, 500])('are listed in the order of the model by pages of %i', async (size) => {
    expect(await readAll('wanted', size)).toEqual(newestFirst(rows, 'wanted'));
  });

  test('a page says how many rows there are on all pages, whichever page it is', async () => {
    const expected = newestFirst(rows, 'wanted').length;
    const first = await page('wanted', 10);
    expect(first.total).toBe(expected);
    expect((await page('wanted', 10, first.next)).total).toBe(expected);
  });

  test('rows that arrive between two pages neither repeat others nor push them out', async () => {
    const before = newestFirst(rows, 'wanted');
    const first = await page('wanted', 20);
    const arrived = [
      ...randomRows(10, random),
      ...randomRows(10, random).map((row) => ({ ...row, createdAt: '2026-02-01T00:00:00.000Z' })),
    ];
    await insert(arrived);
    const seen = first.rows.map((row) => row.id);
    for (let after = first.next; after;) {
      const { rows: more, next } = await page('wanted', 20, after);
      seen.push(...more.map((row) => row.id));
      after = next;
    }
    expect(new Set(seen).size).toBe(seen.length);
    const old = new Set(before);
    expect(seen.filter((id) => old.has(id))).toEqual(before);
    // Of the new ones those are seen that sort behind the page already read, and no other.
    const position = newestFirst([...rows, ...arrived], 'wanted');
    const cut = position.indexOf(first.rows.at(-1)?.id ?? '');
    expect(seen.slice(20)).toEqual(position.slice(cut + 1));
    await sql`delete from directories where id = any(${arrived.map((row) => row.id)})`.execute(database.db);
  });
});

describe('next', () => {
  beforeAll(async () => {
    await sql`delete from directories`.execute(database.db);
    await insert(randomRows(30, randomFrom(3)).map((row) => ({ ...row, name: 'wanted' })));
  });

  test.each([
    [29, true],
    [30, false],
    [31, false],
  ])('of a page of %i out of 30 rows is there: %s', async (size, expected) => {
    expect('next' in (await page('wanted', size))).toBe(expected);
  });

  test('is absent from an empty list', async () => {
    expect(await page('nobody', 10)).toEqual({ rows: [], total: 0 });
  });
});

test('beyond the exact count the total is an estimate that is not absurd', async () => {
  const count = EXACT_COUNT_LIMIT + 5_000;
  await sql`
    insert into configurations (id, project_id, product_type, name, parameters)
    select 'cfg-' || n, ${projectId}, 'parse_v2', 'n' || n, '{}' from generate_series(1, ${count}::int) as n`.execute(
    database.db,
  );
  await sql`analyze configurations`.execute(database.db);
  const { total } = await readPage(database.db, 'configurations', [sql`project_id = ${projectId}`], {
    size: 1,
  });
  expect(total).toBeGreaterThan(EXACT_COUNT_LIMIT);
  expect(total).toBeLessThan(count * 2);
});
