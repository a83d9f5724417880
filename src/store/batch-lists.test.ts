import { sql } from 'kysely';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { throttledPositions } from './batch-lists.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await openTestDatabase();
});
afterAll(() => database.close());

/** Throttled batches `bat-<prefix>-1`, `-2`, …, made one millisecond after another. */
async function addThrottled(prefix: string, count: number): Promise<void> {
  const projectId = await addProject(database.db);
  await sql`
    insert into batches (id, project_id, source_directory_id, job_type, configuration_id, resolved_parameters, status,
      total_files, request_fingerprint, created_at)
    select 'bat-' || ${prefix}::text || '-' || n, ${projectId}, 'dir-1', 'parse_v2', 'cfg', '{}', 'THROTTLED', 1, '',
      '2026-01-01'::timestamptz + n * interval '1 millisecond'
    from generate_series(1, ${count}::int) as n`.execute(database.db);
}

test('the places of throttled batches are counted in their own projects, and told up to the thousandth', async () => {
  await addThrottled('long', 1002);
  await addThrottled('short', 2);
  const asked = ['bat-long-1', 'bat-long-1000', 'bat-long-1001', 'bat-long-1002', 'bat-short-2', 'bat-none'];
  expect(await throttledPositions(database.db, asked)).toEqual(
    new Map([
      ['bat-long-1', 1],
      ['bat-long-1000', 1000],
      ['bat-short-2', 2],
    ]),
  );
  expect(await throttledPositions(database.db, [])).toEqual(new Map());
});
