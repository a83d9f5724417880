import { sql } from 'kysely';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test, vi } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { newApiKey } from '../model/ids.ts';
import { createApiKey, createAuthenticator, ensureApiKey } from './api-keys.ts';

let database: TestDatabase;
let projectId: string;

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  await sql`truncate organizations cascade`.execute(database.db);
  projectId = await addProject(database.db);
});
afterEach(() => {
  vi.useRealTimers();
});
afterAll(() => database.close());

const makeKey = async (options: { projectId: string; name: string }): Promise<string> =>
  (await createApiKey(database.db, options)).key;
const keyRows = () => database.db.selectFrom('api_keys').selectAll().execute();

test('a key speaks for its project, and for no other', async () => {
  const authenticate = createAuthenticator(database.db);
  const other = await addProject(database.db);
  const [mine, theirs] = [
    await makeKey({ projectId, name: 'mine' }),
    await makeKey({ projectId: other, name: 'theirs' }),
  ];
  expect(await authenticate(mine)).toMatchObject({ projectId });
  expect(await authenticate(theirs)).toMatchObject({ projectId: other });
  const project = await database.db
    .selectFrom('projects')
    .selectAll()
    .where('id', '=', other)
    .executeTakeFirstOrThrow();
  expect(await authenticate(theirs)).toMatchObject({ organizationId: project.organization_id });
});

test('an unknown key and a revoked one are answered alike', async () => {
  const authenticate = createAuthenticator(database.db);
  const revoked = await makeKey({ projectId, name: 'old' });
  await sql`update api_keys set revoked_at = now()`.execute(database.db);
  expect(await authenticate(revoked)).toBeNull();
  expect(await authenticate(newApiKey())).toBeNull();
  for (const junk of ['', ' ', 'llx-', `${revoked} `, revoked.slice(0, -1), 'x'.repeat(100_000)]) {
    expect(await authenticate(junk)).toBeNull();
  }
});

test('a key whose first half of the hash is known is not the key', async () => {
  const key = await makeKey({ projectId, name: 'k' });
  await sql`update api_keys set hash = set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)`.execute(
    database.db,
  );
  expect(await createAuthenticator(database.db)(key)).toBeNull();
});

test('a revoked key that was used a moment ago is refused within a second', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const authenticate = createAuthenticator(database.db);
  const key = await makeKey({ projectId, name: 'k' });
  expect(await authenticate(key)).not.toBeNull();
  await sql`update api_keys set revoked_at = now()`.execute(database.db);
  vi.advanceTimersByTime(1_001);
  expect(await authenticate(key)).toBeNull();
  // Nor is it remembered from before.
  expect(await authenticate(key)).toBeNull();
});

test('a clock that is set back does not keep a revoked key alive', async () => {
  vi.useFakeTimers({ toFake: ['Date', 'performance'] });
  const authenticate = createAuthenticator(database.db);
  const key = await makeKey({ projectId, name: 'k' });
  expect(await authenticate(key)).not.toBeNull();
  await sql`update api_keys set revoked_at = now()`.execute(database.db);
  vi.advanceTimersByTime(1_001);
  vi.setSystemTime(Date.now() - 3_600_000);
  expect(await authenticate(key)).toBeNull();
});

test('a refused key is not looked up again for a second, and known then when it was made meanwhile', async () => {
  vi.useFakeTimers({ toFake: ['performance'] });
  const authenticate = createAuthenticator(database.db);
  const key = newApiKey();
  expect(await authenticate(key)).toBeNull();
  await ensureApiKey(database.db, key, { projectId, name: 'chosen' });
  expect(await authenticate(key)).toBeNull();
  expect(await createAuthenticator(database.db)(key)).toMatchObject({ projectId });
  vi.advanceTimersByTime(1_001);
  expect(await authenticate(key)).toMatchObject({ projectId });
});

test('ensuring a key twice, also at once, keeps one', async () => {
  const key = newApiKey();
  const ensure = () => ensureApiKey(database.db, key, { projectId, name: 'chosen' });
  expect(await Promise.all([ensure(), ensure(), ensure()])).toEqual([true, true, true]);
  expect(await keyRows()).toHaveLength(1);
});

test('ensuring a revoked key does not bring it back, and says so', async () => {
  const key = newApiKey();
  await ensureApiKey(database.db, key, { projectId, name: 'chosen' });
  await sql`update api_keys set revoked_at = now()`.execute(database.db);
  expect(await ensureApiKey(database.db, key, { projectId, name: 'chosen' })).toBe(false);
  expect(await createAuthenticator(database.db)(key)).toBeNull();
  expect(await keyRows()).toHaveLength(1);
});

test('the key itself stands nowhere', async () => {
  const key = await makeKey({ projectId, name: 'k' });
  const [row] = await keyRows();
  const stored =
    JSON.stringify(row) + (row?.hash.toString('latin1') ?? '') + (row?.lookup.toString('latin1') ?? '');
  expect(stored).not.toContain(key);
  expect(stored).not.toContain(key.slice(4));
});

test('use is noted once a minute, whatever the number of requests and servers', async () => {
  const key = await makeKey({ projectId, name: 'k' });
  const useBy = async (servers: number): Promise<void> => {
    const authenticators = Array.from({ length: servers }, () => createAuthenticator(database.db));
    await Promise.all(authenticators.map((authenticate) => authenticate(key)));
  };
  const lastUse = async () => (await keyRows())[0]?.last_used_at;
  /** Changes with every write of the row. */
  const version = async () =>
    (await sql<{ xmin: string }>`select xmin::text from api_keys`.execute(database.db)).rows[0]?.xmin;

  expect(await lastUse()).toBeNull();
  await useBy(1);
  expect(await lastUse()).toBeInstanceOf(Date);
  const first = await version();
  await useBy(3);
  expect(await version()).toBe(first);

  const long = sql`update api_keys set last_used_at = now() - interval '61 seconds' returning last_used_at`;
  const [{ last_used_at: before } = { last_used_at: new Date() }] = (await long.execute(database.db))
    .rows as { last_used_at: Date }[];
  await useBy(3);
  expect((await lastUse())?.getTime()).toBeGreaterThan(before.getTime() + 60_000);
});
