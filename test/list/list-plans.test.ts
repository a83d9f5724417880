import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { listCases } from '../../bench/list-cases.ts';
import { fillBatches } from '../../bench/list-data.ts';
import { sequentialScans } from '../../bench/list-plans.ts';
import { toBatchFilter } from '../../src/services/batches.ts';
import { batchCountQuery, batchPageQuery, listBatches } from '../../src/store/batch-lists.ts';
import { batchConditions, type BatchFilter } from '../../src/store/batch-conditions.ts';
import { EXACT_COUNT_LIMIT } from '../../src/store/pages.ts';
import { addProject } from '../support/batch-scenes.ts';
import { openTestDatabase, type TestDatabase } from '../support/test-database.ts';

/** More than is counted exactly: every second batch is of the project that is listed. */
const ROWS = 24_000;

let database: TestDatabase;
let projectId: string;
let filters: Map<string, BatchFilter>;

beforeAll(async () => {
  database = await openTestDatabase();
  projectId = await addProject(database.db);
  await fillBatches(database.db, projectId, ROWS);
  const cases = await listCases(database.db, projectId);
  filters = new Map(cases.map(({ name, query }) => [name, toBatchFilter(projectId, query)]));
});
afterAll(() => database.close());

async function countAll(filter: BatchFilter): Promise<number> {
  const counted = await sql<{ n: number }>`
    select count(*) as n from batches where ${sql.join(batchConditions(filter), sql` and `)}`.execute(
    database.db,
  );
  return counted.rows[0]?.n ?? 0;
}

describe('every combination of filters', () => {
  test('is read and counted without a sequential scan, on the first page and on later ones', async () => {
    const { db } = database;
    const offenders: string[] = [];
    for (const [name, filter] of filters) {
      const { next } = await listBatches(db, filter, { size: 20 });
      const statements = {
        page: batchPageQuery(filter, { size: 50 }),
        'later page': next && batchPageQuery(filter, { size: 50, after: next }),
        count: batchCountQuery(filter),
      };
      for (const [what, statement] of Object.entries(statements)) {
        const scans = statement ? await sequentialScans(db, statement) : [];
        if (scans.length > 0) offenders.push(`${name}: ${what} reads all of ${scans.join(', ')}`);
      }
    }
    expect(filters.size).toBeGreaterThan(20);
    expect(offenders).toEqual([]);
  });

  test('has a total that is exact up to 10,000 and near the truth beyond, also when asked again', async () => {
    const seen = { exact: 0, estimated: 0 };
    for (const [name, filter] of filters) {
      const truth = await countAll(filter);
      for (let round = 0; round < 2; round++) {
        const { total } = await listBatches(database.db, filter, { size: 1 });
        if (truth <= EXACT_COUNT_LIMIT) {
          expect(total, name).toBe(truth);
          seen.exact += 1;
        } else {
          expect(total, name).toBeGreaterThan(EXACT_COUNT_LIMIT);
          expect(Math.abs(total - truth) / truth, name).toBeLessThan(0.3);
          seen.estimated += 1;
        }
      }
    }
    expect(seen.exact).toBeGreaterThan(20);
    expect(seen.estimated).toBeGreaterThan(2);
  });
});

test('the total of a list that shrinks is exact again once it is short', async () => {
  const { db } = database;
  const project = await addProject(db);
  await sql`
    insert into batches (id, project_id, source_directory_id, job_type, configuration_id, resolved_parameters, status,
      total_files, request_fingerprint)
    select 'bat-shrink-' || n, ${project}, 'dir-1', 'parse_v2', 'cfg', '{}', 'PENDING', 1, ''
    from generate_series(1, ${EXACT_COUNT_LIMIT + 1}::int) as n`.execute(db);
  const total = async (): Promise<number> => {
    const pending = { projectId: project, status: 'PENDING' } as const;
    return (await listBatches(db, pending, { size: 1 })).total;
  };
  expect(await total()).toBeGreaterThan(EXACT_COUNT_LIMIT);
  await sql`
    update batches set status = 'CANCELLED', finished_at = now()
    where project_id = ${project} and id in ('bat-shrink-1', 'bat-shrink-2')`.execute(db);
  expect(await total()).toBe(EXACT_COUNT_LIMIT - 1);
});
