import { sql } from 'kysely';
import type { BatchQuery } from '../src/services/batches.ts';
import type { Database } from '../src/store/database.ts';

export interface ListCase {
  readonly name: string;
  readonly query: BatchQuery;
}

const DAY_MS = 24 * 60 * 60 * 1000;

/** Every combination of filters over the rows of `fillBatches`: rare and frequent, recent and long ago. */
export async function listCases(db: Database, projectId: string): Promise<ListCase[]> {
  const landmarks = await findLandmarks(db, projectId);
  const { newest, invoices, quiet, someId } = landmarks;
  const daysAgo = (days: number): Date => new Date(newest.getTime() - days * DAY_MS);
  const month = { createdAtOnOrAfter: daysAgo(200), createdAtOnOrBefore: daysAgo(170) };
  const cases: Record<string, BatchQuery> = {
    'no filter': {},
    'status of most': { status: 'COMPLETED' },
    'status of 1 %': { status: 'CANCELLED' },
    'status of ten': { status: 'RUNNING' },
    'large directory': { sourceDirectoryId: invoices },
    'directory of 40': { sourceDirectoryId: quiet },
    'unknown directory': { sourceDirectoryId: 'dir-none' },
    'large directory, status of most': { sourceDirectoryId: invoices, status: 'COMPLETED' },
    'large directory, status of 1 %': { sourceDirectoryId: invoices, status: 'CANCELLED' },
    'large directory, status of none': {
      sourceDirectoryId: invoices,
      status: 'THROTTLED',
      createdAtOnOrBefore: daysAgo(300),
    },
    'directory of 40, rare status': { sourceDirectoryId: quiet, status: 'FAILED' },
    'since 30 days': { createdAtOnOrAfter: daysAgo(30) },
    'until 330 days ago': { createdAtOnOrBefore: daysAgo(330) },
    'one month': month,
    'one month, status of most': { ...month, status: 'COMPLETED' },
    'one month, status of 1 %': { ...month, status: 'CANCELLED' },
    'one month, large directory': { ...month, sourceDirectoryId: invoices },
    'one month, large directory, status of 1 %': {
      ...month,
      sourceDirectoryId: invoices,
      status: 'CANCELLED',
    },
    'q: one name': { q: 'Invoices' },
    'q: one name, status of 1 %': { q: 'invoices', status: 'CANCELLED' },
    'q: one name, one month': { q: 'invoices', ...month },
    'q: 20 names, long ago': { q: 'archive-' },
    'q: 111 names, one month': { q: 'scan-1', ...month },
    'q: 200 names': { q: 'scan-' },
    'q: 200 names, status of 1 %': { q: 'scan-', status: 'CANCELLED' },
    'q: every second name': { q: 'run-' },
    'q: no name': { q: 'nothing' },
    'q: an id': { q: someId },
    'q: an id but 10 digits': { q: someId.slice(0, -10) },
    'q: all ids': { q: 'bat-' },
  };
  return Object.entries(cases).map(([name, query]) => ({ name, query }));
}

async function findLandmarks(db: Database, projectId: string) {
  const directory = async (name: string): Promise<string> => {
    const found = await sql<{ id: string }>`
      select id from directories where project_id = ${projectId} and name = ${name}`.execute(db);
    return found.rows[0]?.id ?? '';
  };
  const found = await sql<{ newest: Date; some_id: string }>`
    select max(created_at) as newest, max(id) filter (where directory_name = 'quiet') as some_id
    from batches where project_id = ${projectId}`.execute(db);
  const [row] = found.rows;
  if (!row) throw new Error('There are no batches to list');
  return {
    newest: row.newest,
    someId: row.some_id,
    invoices: await directory('invoices'),
    quiet: await directory('quiet'),
  };
}

/** The query string of a page. */
export function searchOf(query: BatchQuery, pageSize: number, pageToken: string | undefined): string {
  const wire = {
    status: query.status,
    source_directory_id: query.sourceDirectoryId,
    created_at_on_or_after: query.createdAtOnOrAfter?.toISOString(),
    created_at_on_or_before: query.createdAtOnOrBefore?.toISOString(),
    q: query.q,
    page_size: String(pageSize),
    page_token: pageToken,
  };
  const given = Object.entries(wire).filter((entry): entry is [string, string] => entry[1] !== undefined);
  return new URLSearchParams(given).toString();
}
