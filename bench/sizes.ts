/**
 * What a row costs: one small document goes through the built program, then its rows are copied many times, and the
 * tables are measured. `npm run measure:sizes [-- ROWS]`
 */
import { readFile } from 'node:fs/promises';
import { sql } from 'kysely';
import { createLogger } from '../src/logger.ts';
import { startEmbeddedPostgres } from '../src/postgres/embedded.ts';
import { openDatabase, type Database } from '../src/store/database.ts';
import { exampleDocumentPath } from '../test/support/example-documents.ts';
import { makeDataDir, removeDataDir, startServer, waitUntil } from '../test/support/sheaf-server.ts';

const ROWS = Number(process.argv[2] ?? 50_000);
const FILES_PER_BATCH = 100;

const NEW_ID = (prefix: string) =>
  `'${prefix}' || lpad(to_hex(n), 8, '0') || substr(gen_random_uuid()::text, 9)`;

/** Each statement copies the one row that the program made; ids grow, as those of the program do. */
const COPIES = [
  copy('files', ROWS, `'id', ${NEW_ID('')}, 'blob_key', 'uploads/aa/' || gen_random_uuid()`),
  copy(
    'directory_files',
    ROWS,
    `'id', ${NEW_ID('dfl-')}, 'unique_id', gen_random_uuid(), 'file_id', gen_random_uuid()`,
  ),
  copy('batches', ROWS / FILES_PER_BATCH, `'id', ${NEW_ID('bat-')}`),
  `insert into batch_transitions (batch_id, revision, status, at)
    select b.id, t.revision, t.status, t.at from batches b, batch_transitions t where b.id <> t.batch_id`,
  copy(
    'batch_files',
    ROWS,
    `'position', n, 'directory_file_id', ${NEW_ID('dfl-')}, 'file_id', gen_random_uuid(), 'job_id', ${NEW_ID('pjb-')}`,
  ),
  copy(
    'jobs',
    ROWS,
    `'id', ${NEW_ID('pjb-')}, 'batch_position', n, 'file_id', gen_random_uuid(),
     'result', jsonb_set((one.source).result, '{key}', to_jsonb('results/aa/' || gen_random_uuid() || '-1'))`,
  ),
];

function copy(table: string, rows: number, changes: string): string {
  return `insert into ${table} select (jsonb_populate_record(one.source, jsonb_build_object(${changes}))).*
    from (select t as source from ${table} as t limit 1) as one, generate_series(1, ${rows}) as n`;
}

const dataDir = await makeDataDir();
try {
  await runOneBatch();
  await measure();
} finally {
  await removeDataDir(dataDir);
}

async function runOneBatch(): Promise<void> {
  await using server = await startServer(dataDir);
  const call = async (path: string, body: unknown): Promise<Record<string, string>> => {
    const response = await fetch(`${server.url}${path}`, {
      method: body === undefined ? 'GET' : 'POST',
      headers: {
        authorization: `Bearer ${server.apiKey}`,
        ...(!(body instanceof FormData) && body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: body instanceof FormData ? body : JSON.stringify(body) }),
    });
    if (!response.ok) throw new Error(`${path} answered ${response.status}: ${await response.text()}`);
    return (await response.json()) as Record<string, string>;
  };
  const { id } = await call('/api/v1/beta/directories', { name: 'sizes' });
  const form = new FormData();
  const bytes = new Uint8Array(await readFile(exampleDocumentPath('letter.pdf')));
  form.set('upload_file', new File([bytes], 'letter.pdf'));
  await call(`/api/v1/beta/directories/${id}/files/upload`, form);
  const job = { type: 'parse_v2', configuration_id: 'cfg-PARSE_COST_EFFECTIVE' };
  const batch = await call('/api/v2/batches', { source_directory_id: id, config: { job } });
  const isDone = async () =>
    (await call(`/api/v2/batches/${batch['id']}`, undefined))['status'] === 'COMPLETED';
  await waitUntil(isDone, 120_000, 'the batch to end');
}

async function measure(): Promise<void> {
  const logger = createLogger({ level: 'silent' });
  const postgres = await startEmbeddedPostgres({ dataDir, logger });
  const { db, close } = openDatabase(postgres.connection, { maxConnections: 2, logger });
  try {
    for (const statement of COPIES) await sql.raw(statement).execute(db);
    await sql`vacuum analyze`.execute(db);
    await print(db);
  } finally {
    await close();
    await postgres.stop();
  }
}

async function print(db: Database): Promise<void> {
  const { rows } = await sql<{ name: string; rows: number; heap: number; indexes: number }>`
    select relname as name, reltuples::bigint as rows, pg_table_size(oid) as heap, pg_indexes_size(oid) as indexes
    from pg_class where relname in ('files', 'directory_files', 'batches', 'batch_transitions', 'batch_files', 'jobs')
    order by relname`.execute(db);
  console.log('table              rows     bytes per row: table  indexes  together');
  for (const { name, rows: count, heap, indexes } of rows) {
    const per = (bytes: number): string => String(Math.round(bytes / count)).padStart(8);
    console.log(
      `${name.padEnd(18)} ${String(count).padStart(7)} ${per(heap).padStart(21)} ${per(indexes)} ${per(heap + indexes)}`,
    );
  }
  const blobs = await sql<{ source: number; result: number }>`
    select (select size_bytes from files limit 1) as source,
      (select (result ->> 'bytes')::int from jobs limit 1) as result`.execute(db);
  const { source = 0, result = 0 } = blobs.rows[0] ?? {};
  console.log(
    `bytes outside the database: ${source} of the document, ${result} of its result (one page of text)`,
  );
}
