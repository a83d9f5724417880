import { access, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAuthenticator } from './api-keys.ts';
import { openFirstKey, type FirstKey } from './first-key.ts';
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

const keyIn = async ({ file }: FirstKey): Promise<string> => (await readFile(file ?? '', 'utf8')).trim();
const open = (apiKey?: string) =>
  openFirstKey(database.db, { dataDir, ...(apiKey !== undefined && { apiKey }) }, projectId);

test('the first start writes a key that works, for its owner alone, and nothing else', async () => {
  const first = await open();
  expect(first.usable).toBe(true);
  expect(await createAuthenticator(database.db)(await keyIn(first))).toMatchObject({ projectId });
  expect((await stat(first.file ?? '')).mode & 0o777).toBe(0o600);
  expect(await readdir(dataDir)).toEqual(['api-key']);
});

test('later starts find the same key', async () => {
  const first = await keyIn(await open());
  expect(await keyIn(await open())).toBe(first);
});

test('a crash after the file and before the database is mended by the next start', async () => {
  const first = await open();
  await sql`delete from api_keys`.execute(database.db);
  expect(await open()).toEqual(first);
  expect(await createAuthenticator(database.db)(await keyIn(first))).toMatchObject({ projectId });
});

test('starts at once agree on one key', async () => {
  const starts = await Promise.all(Array.from({ length: 8 }, () => open()));
  const keys = new Set(await Promise.all(starts.map(keyIn)));
  expect(keys.size).toBe(1);
  expect(await createAuthenticator(database.db)([...keys][0] ?? '')).toMatchObject({ projectId });
  expect(await database.db.selectFrom('api_keys').select('id').execute()).toHaveLength(1);
  expect(await readdir(dataDir)).toEqual(['api-key']);
});

test("the operator's own key is taken, and no file is written", async () => {
  expect(await open('chosen-by-the-operator')).toEqual({ file: undefined, usable: true });
  expect(await createAuthenticator(database.db)('chosen-by-the-operator')).toMatchObject({ projectId });
  await expect(access(join(dataDir, 'api-key'))).rejects.toThrow('ENOENT');
});

test.each([
  ['\n', 'is empty'],
  ['one key\nand another\n', 'does not hold an API key'],
  ['short', 'does not hold an API key'],
])(
  'a key file with %j is neither believed nor overwritten: the start says how to mend it',
  async (text, why) => {
    const file = join(dataDir, 'api-key');
    await writeFile(file, text);
    await expect(open()).rejects.toThrow(`${file} ${why}. Delete it, and the next start makes a new key`);
    expect(await readFile(file, 'utf8')).toBe(text);
    expect(await readdir(dataDir)).toEqual(['api-key']);
    expect(await database.db.selectFrom('api_keys').select('id').execute()).toEqual([]);
  },
);

test('a revoked key does not come back with the next start, and the start knows it', async () => {
  const revoke = () => sql`update api_keys set revoked_at = now()`.execute(database.db);
  const first = await open();
  const key = await keyIn(first);
  await revoke();
  expect(await open()).toEqual({ file: first.file, usable: false });
  expect(await createAuthenticator(database.db)(key)).toBeNull();

  await open('chosen-by-the-operator');
  await revoke();
  expect(await open('chosen-by-the-operator')).toEqual({ file: undefined, usable: false });
  expect(await createAuthenticator(database.db)('chosen-by-the-operator')).toBeNull();

  // Without the file, a start is a first start again.
  await rm(first.file ?? '');
  const second = await open();
  expect(second.usable).toBe(true);
  expect(await keyIn(second)).not.toBe(key);
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
