import { spawn } from 'node:child_process';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { readExpectations } from '../../scripts/documents/expectations.ts';
import type { FileResult } from '../../src/cli/batch/results.ts';
import { exampleDocument } from '../support/example-documents.ts';
import { databaseUrlFor } from '../support/external-database.ts';
import { makeDataDir, removeDataDir } from '../support/sheaf-server.ts';

const MAIN = fileURLToPath(new URL('../../dist/main.js', import.meta.url));
const DOCUMENTS = fileURLToPath(new URL('../../examples/documents', import.meta.url));

let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
});

afterAll(() => removeDataDir(dataDir));

interface Run {
  readonly code: number | null;
  readonly output: string;
  readonly errors: string;
}

/** Runs `sheaf` to its end. @param onOutput sees what has been printed so far, and may signal the process */
async function sheaf(
  args: readonly string[],
  onOutput?: (output: string, kill: () => void) => void,
): Promise<Run> {
  const databaseUrl = await databaseUrlFor(dataDir);
  const child = spawn(process.execPath, [MAIN, ...args, '--data-dir', dataDir], {
    detached: true,
    // The tests' own surroundings must not configure it.
    env: {
      PATH: process.env.PATH,
      ...(databaseUrl !== undefined && { SHEAF_DATABASE_URL: databaseUrl }),
    },
  });
  let output = '';
  let errors = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString();
    onOutput?.(output, () => child.kill('SIGINT'));
  });
  child.stderr.on('data', (chunk: Buffer) => (errors += chunk.toString()));
  return new Promise((resolve) => child.once('close', (code) => resolve({ code, output, errors })));
}

async function readResults(outputDir: string): Promise<FileResult[]> {
  const lines = (await readFile(join(outputDir, 'results.jsonl'), 'utf8')).trim().split('\n');
  return lines.map((line) => JSON.parse(line) as FileResult);
}

test('sheaf batch with --type extract_v2 writes the data of every file', async () => {
  const folder = join(dataDir, 'bills');
  await mkdir(folder, { recursive: true });
  await writeFile(join(folder, 'bill.txt'), 'Invoice number: QX-40917');
  const schema = join(dataDir, 'schema.json');
  const properties = { invoice_number: { type: 'string' } };
  await writeFile(schema, JSON.stringify({ type: 'object', properties }));
  const outputDir = join(dataDir, 'data');
  const options = ['--type', 'extract_v2', '--config', schema, '--out', outputDir];
  const run = await sheaf(['batch', folder, ...options]);
  expect(run, run.errors).toMatchObject({ code: 0 });
  const [result] = await readResults(outputDir);
  expect(result).toMatchObject({ file: 'bill.txt', status: 'COMPLETED', pages: 1, markdown: null });
  const data = JSON.parse(await readFile(join(outputDir, result?.json ?? ''), 'utf8')) as unknown;
  expect(data).toMatchObject({ extract_result: { invoice_number: 'QX-40917' } });
});

describe('sheaf batch', () => {
  const expectations = readExpectations();
  let outputDir: string;
  let run: Run;
  let results: FileResult[];

  beforeAll(async () => {
    outputDir = join(dataDir, 'out');
    // Tables as Markdown, so that a line of the sample's expectations is a line of the result.
    const configuration = join(dataDir, 'configuration.json');
    const tables = { output_tables_as_markdown: true };
    await writeFile(configuration, JSON.stringify({ output_options: { markdown: { tables } } }));
    run = await sheaf(['batch', DOCUMENTS, '--out', outputDir, '--config', configuration]);
    results = await readResults(outputDir);
  });

  test('ends with 1 when a file failed, and gives the reason of each', () => {
    expect(run.errors).toBe('');
    expect(run.code).toBe(1);
    expect(run.output).toContain('broken.pdf: PDF_IS_BROKEN: ');
    expect(run.output).toContain('locked.pdf: PDF_IS_PROTECTED: ');
    expect(run.output).toMatch(/COMPLETED: 14 of 16 files completed, 2 failed, 88 pages/);
  });

  test('has a line for every sample', () => {
    expect(results.map((result) => result.file)).toEqual(Object.keys(expectations).toSorted());
  });

  test.each(Object.entries(expectations))('reads %s as expected', async (name, expected) => {
    const result = results.find(({ file }) => file === name);
    expect(result?.status).toBe(expected.outcome);
    if (expected.outcome === 'FAILED') {
      expect(result?.error).toMatch(new RegExp(`^${expected.errorCode}: `));
      expect(result).toMatchObject({ pages: null, markdown: null, json: null });
      return;
    }
    expect(result).toMatchObject({ pages: expected.pages, error: null });
    const markdown = await readFile(join(outputDir, result?.markdown ?? ''), 'utf8');
    for (const text of expected.contains) expect(plain(markdown)).toContain(plain(text));
    const parsed = JSON.parse(await readFile(join(outputDir, result?.json ?? ''), 'utf8')) as {
      items: { pages: unknown[] };
    };
    expect(parsed.items.pages).toHaveLength(expected.pages);
  });

  test('leaves a batch that is found again', async () => {
    const list = await sheaf(['batches', 'list']);
    expect(list.code).toBe(0);
    const id = /^(bat-\S+) +COMPLETED +14\/16 +2 /m.exec(list.output)?.[1] ?? '';
    const got = await sheaf(['batches', 'get', id]);
    expect(JSON.parse(got.output)).toMatchObject({ id, status: 'COMPLETED' });
    const cancelled = await sheaf(['batches', 'cancel', id]);
    expect(cancelled.code).toBe(1);
    expect(cancelled.errors).toContain('can no longer be cancelled');
  });
});

test('Ctrl-C cancels the batch and keeps what had finished', async () => {
  const folder = join(dataDir, 'scans');
  const outputDir = join(dataDir, 'cancelled');
  await mkdir(join(folder, 'deeper'), { recursive: true });
  await writeFile(join(folder, 'a letter.pdf'), await exampleDocument('letter.pdf'));
  const scan = await exampleDocument('scan.pdf');
  for (let index = 0; index < 30; index++) await writeFile(join(folder, 'deeper', `${index}.pdf`), scan);

  let interrupted = false;
  const run = await sheaf(['batch', folder, '--out', outputDir], (output, interrupt) => {
    // Once: a second Ctrl-C would leave at once.
    if (interrupted || !/^RUNNING /m.test(output)) return;
    interrupted = true;
    interrupt();
  });
  expect(run.code).toBe(130);
  expect(run.output).toMatch(/^CANCELLED: /m);
  const results = await readResults(outputDir);
  expect(results).toHaveLength(31);
  expect(results.filter((result) => result.status === 'CANCELLED').length).toBeGreaterThan(0);
  for (const result of results.filter(({ status }) => status === 'COMPLETED')) {
    expect(await readFile(join(outputDir, result.markdown ?? ''), 'utf8')).not.toBe('');
  }
});

/** Emphasis and the padding of tables are a matter of taste. */
function plain(markdown: string): string {
  return markdown.replaceAll(/[*_\\]/g, '').replaceAll(/\s+/g, ' ');
}
