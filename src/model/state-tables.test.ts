import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { sql } from 'kysely';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { BATCH_JOB_TYPES, BATCH_STATUSES, BATCH_TRANSITIONS, isTerminalBatchStatus } from './batch-states.ts';
import { isTerminalJobStatus, JOB_KINDS, JOB_STATUSES, JOB_TRANSITIONS } from './job-states.ts';

const ARCHITECTURE = fileURLToPath(new URL('../../docs/architecture.md', import.meta.url));

describe.each([
  ['batch', BATCH_STATUSES, BATCH_TRANSITIONS as Record<string, readonly string[]>],
  ['job', JOB_STATUSES, JOB_TRANSITIONS as Record<string, readonly string[]>],
])('the transition table of a %s', (_, statuses, transitions) => {
  test('has a row for each status and names no other', () => {
    expect(Object.keys(transitions)).toEqual([...statuses]);
    for (const targets of Object.values(transitions))
      expect(statuses).toEqual(expect.arrayContaining([...targets]));
  });

  test('reaches every status from PENDING, and an end from every status', () => {
    expect(reachable(transitions, 'PENDING')).toEqual(new Set(statuses));
    for (const status of statuses) {
      const ends = [...reachable(transitions, status)].filter((to) => transitions[to]?.length === 0);
      expect(ends, status).not.toHaveLength(0);
    }
  });
});

test('what is terminal is completed, failed or cancelled', () => {
  expect(BATCH_STATUSES.filter(isTerminalBatchStatus)).toEqual(['COMPLETED', 'FAILED', 'CANCELLED']);
  expect(JOB_STATUSES.filter(isTerminalJobStatus)).toEqual(['COMPLETED', 'FAILED', 'CANCELLED']);
});

describe('the database', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await openTestDatabase();
  });
  afterAll(() => database.close());

  test.each([
    ['batches', 'status', BATCH_STATUSES],
    ['batches', 'job_type', BATCH_JOB_TYPES],
    ['jobs', 'status', JOB_STATUSES],
    ['jobs', 'kind', JOB_KINDS],
  ] as const)('allows in %s.%s exactly what the model knows', async (table, column, values) => {
    expect(await allowedValues(database, table, column)).toEqual([...values].sort());
  });

  test.each([['batches_open', BATCH_STATUSES.filter((status) => !isTerminalBatchStatus(status))]])(
    'keeps in the index %s the statuses that it is for',
    async (index, statuses) => {
      const found = await sql<{ definition: string }>`
      select pg_get_indexdef(${index}::regclass) as definition`.execute(database.db);
      const predicate = found.rows[0]?.definition.split(' WHERE ')[1] ?? '';
      expect(quotedWords(predicate)).toEqual([...statuses].sort());
    },
  );
});

describe('the documentation', () => {
  const lines = readFileSync(ARCHITECTURE, 'utf8').split('\n');

  test.each([
    ['batch', BATCH_STATUSES, BATCH_TRANSITIONS as Record<string, readonly string[]>],
    ['job', JOB_STATUSES, JOB_TRANSITIONS as Record<string, readonly string[]>],
  ])('draws the states of a %s as they are', (machine, statuses, transitions) => {
    const drawing = lines.filter((line) => line.startsWith(`${machine} `) && line.includes('→')).join('  ');
    expect(new Set(drawing.match(/[A-Z]{6,}/g))).toEqual(new Set(statuses));
    const drawn = drawnTransitions(drawing);
    expect(drawn.length).toBeGreaterThan(2);
    for (const [from, to] of drawn) expect(transitions[from], `${from} → ${to}`).toContain(to);
  });
});

function reachable(transitions: Record<string, readonly string[]>, from: string): Set<string> {
  const seen = new Set([from]);
  for (const status of seen) for (const next of transitions[status] ?? []) seen.add(next);
  return seen;
}

/** The words of the CHECK constraint that is about this column alone. */
async function allowedValues(database: TestDatabase, table: string, column: string): Promise<string[]> {
  const found = await sql<{ definition: string }>`
    select pg_get_constraintdef(c.oid) as definition
    from pg_constraint c
    join pg_attribute a on a.attrelid = c.conrelid and c.conkey = array[a.attnum]
    where c.conrelid = ${table}::regclass and c.contype = 'c' and a.attname = ${column}`.execute(database.db);
  expect(found.rows, `CHECK constraints of ${table}.${column}`).toHaveLength(1);
  return quotedWords(found.rows[0]?.definition ?? '');
}

function quotedWords(definition: string): string[] {
  return [...definition.matchAll(/'([A-Za-z0-9_]+)'/g)].map((match) => match[1] ?? '').sort();
}

/** Reads `A → (B →) C | D`: a status leads to each of those behind the next arrow. */
function drawnTransitions(drawing: string): [string, string][] {
  const arrows = drawing
    .replaceAll(/[()]/g, '')
    .matchAll(/([A-Z]{6,})(?=\s*→\s*([A-Z]{6,}(?:\s*\|\s*[A-Z]{6,})*))/g);
  return [...arrows].flatMap(([, from = '', targets = '']) =>
    targets.split('|').map((to): [string, string] => [from, to.trim()]),
  );
}
