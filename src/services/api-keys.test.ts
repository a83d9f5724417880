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

const keyRows = () => database.db.selectFrom('api_keys').selectAll().execute();

test('a key speaks for its project, and for no other', async () => {
  const authenticate = createAuthenticator(database.db);
  const other = await addProject(database.db);
  const [mine, theirs] = [
    await createApiKey(database.db, { projectId, name: 'mine' }),
    await createApiKey(database.db, { projectId: other, name: 'theirs' }),
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
  const revoked = await createApiKey(database.db, { projectId, name: 'old' });
  await sql`update api_keys set revoked_at = now()`.execute(database.db);
  expect(await authenticate(revoked)).toBeNull();
  expect(await authenticate(newApiKey())).toBeNull();
  for (const junk of ['', ' ', 'llx-', `${revoked} `, revoked.slice(0, -1), 'x'.repeat(100_000)]) {
    expect(await authenticate(junk)).toBeNull();
  }
});

test('a key whose first half of the hash is known is not the key', async () => {
  const key = await createApiKey(database.db, { projectId, name: 'k' });
  await sql`update api_keys set hash = set_byte(hash, 31, (get_byte(hash, 31) + 1) % 256)`.execute(
    database.db,
  );
  expect(await createAuthenticator(database.db)(key)).toBeNull();
});

test('a revoked key that was used a moment ago is refused within seconds', async () => {
  vi.useFakeTimers({ toFake: ['Date'] });
  const authenticate = createAuthenticator(database.db);
  const key = await createApiKey(database.db, { projectId, name: 'k' });
  expect(await authenticate(key)).not.toBeNull();
  await sql`update api_keys set revoked_at = now()`.execute(database.db);
  vi.setSystemTime(Date.now() + 5_001);
  expect(await authenticate(key)).toBeNull();
  // Nor is it remembered from before.
  expect(await authenticate(key)).toBeNull();
});

test('a key that was made a moment ago is known at once, also where it was refused before', async () => {
  const authenticate = createAuthenticator(database.db);
  const key = newApiKey();
  expect(await authenticate(key)).toBeNull();
  await ensureApiKey(database.db, key, { projectId, name: 'chosen' });
  expect(await authenticate(key)).toMatchObject({ projectId });
});

test('ensuring a key twice, also at once, keeps one', async () => {
  const key = newApiKey();
  await Promise.all([1, 2, 3].map(() => ensureApiKey(database.db, key, { projectId, name: 'chosen' })));
  expect(await keyRows()).toHaveLength(1);
});

test('use is noted, and the key itself stands nowhere', async () => {
  const key = await createApiKey(database.db, { projectId, name: 'k' });
  expect((await keyRows())[0]?.last_used_at).toBeNull();
  await createAuthenticator(database.db)(key);
  const [row] = await keyRows();
  expect(row?.last_used_at).toBeInstanceOf(Date);
  const stored =
    JSON.stringify(row) + (row?.hash.toString('latin1') ?? '') + (row?.lookup.toString('latin1') ?? '');
  expect(stored).not.toContain(key);
  expect(stored).not.toContain(key.slice(4));
});
