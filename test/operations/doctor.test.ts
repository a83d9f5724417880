import { existsSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runSheaf, sheafJson } from '../support/sheaf-command.ts';
import { makeDataDir, removeDataDir, startServer } from '../support/sheaf-server.ts';

interface Finding {
  readonly part: string;
  readonly state: string;
  readonly detail: string;
  readonly mend?: string;
}

let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
});
afterAll(() => removeDataDir(dataDir));

const PARTS = ['blobs', 'disk space', 'parsing', 'OCR data', 'LibreOffice', 'model', 'egress'];

test('without a database, beside a running server, and after it: every part is looked at, and left as it was', async () => {
  const fresh = await sheafJson<Finding[]>(dataDir, 'doctor');
  expect(fresh.map(({ part }) => part)).toEqual(['database', ...PARTS]);
  expect(fresh[0]).toMatchObject({ state: 'without' });
  expect(existsSync(join(dataDir, 'postgres'))).toBe(false);

  const server = await startServer(dataDir);
  const beside = await sheafJson<Finding[]>(dataDir, 'doctor');
  const all = ['database', 'migrations', 'clock', ...PARTS];
  expect(beside.map(({ part }) => part)).toEqual(all);
  expect(beside.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(beside.find(({ part }) => part === 'database')?.detail).toMatch(/PostgreSQL 18/);
  expect(beside.find(({ part }) => part === 'OCR data')?.detail).toContain('eng');
  for (const { state, mend } of beside) if (state !== 'ok') expect(mend).toBeTruthy();
  expect((await fetch(`${server.url}/readyz`)).status).toBe(200);
  expect(await server.stop()).toBe(0);

  const after = await sheafJson<Finding[]>(dataDir, 'doctor');
  expect(after.filter(({ state }) => state === 'failed')).toEqual([]);
  expect(after.find(({ part }) => part === 'migrations')?.detail).toMatch(/^all \d+ applied/);
  expect(existsSync(join(dataDir, 'postgres', 'pg18', 'postmaster.pid'))).toBe(false);
  const blobs = await readdir(join(dataDir, 'blobs'), { recursive: true, withFileTypes: true });
  // The mark of the installation is the server's own.
  expect(blobs.filter((entry) => entry.isFile() && entry.name !== '.installation')).toEqual([]);
}, 120_000);

test('what does not work is told with what to do, and ends with 1', async () => {
  const settings = { SHEAF_DATABASE_URL: 'postgres://nobody@127.0.0.1:1/none', SHEAF_TESSDATA_DIR: dataDir };
  const run = await runSheaf(dataDir, ['doctor'], settings);
  expect(run.code).toBe(1);
  expect(run.output).toMatch(/^failed {3}database .*\n +→ /m);
  expect(run.output).toMatch(/^failed {3}OCR data .*\n +→ put <language>/m);
}, 60_000);
