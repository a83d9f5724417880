import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAuthenticator } from './api-keys.ts';
import { openFirstKey } from './first-key.ts';
import { openDefaultProject } from './projects.ts';

let database: TestDatabase;
let projectId: string;
let dataDir: string;

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  await sql`truncate organizations cascade`.execute(database.db);
  projectId = (await openDefaultProject(database.db)).id;
  dataDir = await mkdtemp(join(tmpdir(), 'sheaf-key-'));
});
afterEach(() => rm(dataDir, { recursive: true, force: true }));
afterAll(() => database.close());

const keyIn = async (path: string | undefined): Promise<string> =>
  (await readFile(path ?? '', 'utf8')).trim();
const open = (apiKey?: string) =>
  openFirstKey(database.db, { dataDir, ...(apiKey !== undefined && { apiKey }) }, projectId);

test('the first start writes a key that works, for its owner alone, and nothing else', async () => {
  const path = await open();
  expect(await createAuthenticator(database.db)(await keyIn(path))).toMatchObject({ projectId });
  expect((await stat(path ?? '')).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['api-key']);
});

test('later starts find the same key', async () => {
  const first = await keyIn(await open());
  expect(await keyIn(await open())).toBe(first);
});

test('a crash after the file and before the database is mended by the next start', async () => {
  const path = await open();
  await sql`delete from api_keys`.execute(database.db);
  expect(await open()).toBe(path);
  expect(await createAuthenticator(database.db)(await keyIn(path))).toMatchObject({ projectId });
});

test('starts at once agree on one key', async () => {
  const paths = await Promise.all(Array.from({ length: 8 }, () => open()));
  const keys = new Set(await Promise.all(paths.map(keyIn)));
  expect(keys.size).toBe(1);
  expect(await createAuthenticator(database.db)([...keys][0] ?? '')).toMatchObject({ projectId });
  expect(await database.db.selectFrom('api_keys').select('id').execute()).toHaveLength(1);
  expect(await readdir(dataDir)).toEqual(['api-key']);
});

test("the operator's own key is taken, and no file is written", async () => {
  expect(await open('chosen-by-the-operator')).toBeUndefined();
  expect(await createAuthenticator(database.db)('chosen-by-the-operator')).toMatchObject({ projectId });
  await expect(access(join(dataDir, 'api-key'))).rejects.toThrow('ENOENT');
});

test('an empty key file is refused rather than believed or overwritten', async () => {
  await writeFile(join(dataDir, 'api-key'), '\n');
  await expect(open()).rejects.toThrow();
  expect(await database.db.selectFrom('api_keys').select('id').execute()).toEqual([]);
});

test('a data directory that cannot be written to is told by its path', async () => {
  await rm(dataDir, { recursive: true });
  await expect(open()).rejects.toThrow(dataDir);
});

test('starts at once make one default project', async () => {
  await sql`truncate organizations cascade`.execute(database.db);
  const projects = await Promise.all(Array.from({ length: 6 }, () => openDefaultProject(database.db)));
  expect(new Set(projects.map((project) => project.id)).size).toBe(1);
});
