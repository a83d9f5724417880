import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { sql } from 'kysely';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { newApiKey } from '../model/ids.ts';
import { createAuthenticator } from './api-keys.ts';
import { createKey, listKeys, revokeKey } from './manage-keys.ts';
import { createOrganization, createProject } from './manage-projects.ts';
import { openDefaultProject } from './projects.ts';

let database: TestDatabase;
let defaultId: string;

beforeAll(async () => {
  database = await openTestDatabase();
});
beforeEach(async () => {
  await sql`truncate organizations cascade`.execute(database.db);
  defaultId = (await openDefaultProject(database.db)).id;
});
afterAll(() => database.close());

test('a key is for the project that was named, or for the default one', async () => {
  const { db } = database;
  const invoices = await createProject(db, { name: 'invoices' });
  const authenticate = createAuthenticator(db);
  for (const [project, id] of [
    [undefined, defaultId],
    ['Default', defaultId],
    ['invoices', invoices.id],
    [invoices.id.toUpperCase(), invoices.id],
  ] as const) {
    const { key } = await createKey(db, { project, name: 'ci' });
    expect(await authenticate(key)).toMatchObject({ projectId: id });
  }
  const named = (await listKeys(db, { project: 'invoices' })).map((key) => key.project_name);
  expect(named).toEqual(['invoices', 'invoices']);
  expect(await listKeys(db, {})).toHaveLength(4);
});

test('a name that several organizations use is not guessed at', async () => {
  const { db } = database;
  await createOrganization(db, 'Other');
  const theirs = await createProject(db, { name: 'Default', organization: 'Other' });
  await expect(createKey(db, { project: 'Default', name: 'k' })).rejects.toMatchObject({
    code: 'INVALID_REQUEST',
    message: expect.stringContaining(`${theirs.id} (Other)`) as string,
  });
  const made = await createKey(db, { project: 'Default', organization: 'Other', name: 'k' });
  expect(made.project.id).toBe(theirs.id);
  expect((await createKey(db, { organization: 'Other', name: 'k' })).project.id).toBe(theirs.id);
  // The default project of all is the oldest one.
  expect((await createKey(db, { name: 'k' })).project.id).toBe(defaultId);
  expect(await listKeys(db, { organization: 'Other' })).toHaveLength(2);
});

test('a project that is not there is not found, and the nearest name is offered', async () => {
  const { db } = database;
  await createProject(db, { name: 'invoices' });
  await expect(createKey(db, { project: 'invoces', name: 'k' })).rejects.toThrow('Did you mean "invoices"?');
  await expect(createKey(db, { project: 'something else', name: 'k' })).rejects.toThrow(
    /^There is no project "something else"\. sheaf projects list shows all\.$/,
  );
  await expect(createKey(db, { organization: 'Defalt', name: 'k' })).rejects.toThrow(
    'Did you mean "Default"?',
  );
});

test('a list shows neither keys nor anything made from them', async () => {
  const { db } = database;
  const { id } = await createKey(db, { name: 'ci' });
  const [key] = await listKeys(db, {});
  expect(key).toEqual({
    id,
    name: 'ci',
    project_id: defaultId,
    project_name: 'Default',
    organization_id: expect.any(String) as string,
    created_at: expect.any(Date) as Date,
    last_used_at: null,
    revoked_at: null,
  });
});

test.each(['id', 'key'] as const)('a key is revoked by its %s, and again without harm', async (by) => {
  const { db } = database;
  const made = await createKey(db, { name: 'old' });
  await createKey(db, { name: 'new' });
  const first = await revokeKey(db, made[by]);
  expect(first).toMatchObject({ key: { id: made.id }, already: false, wasLast: false });
  expect(first.key.revoked_at).toBeInstanceOf(Date);
  expect(await createAuthenticator(db)(made.key)).toBeNull();
  const second = await revokeKey(db, made[by]);
  expect(second).toMatchObject({ already: true, wasLast: false });
  expect(second.key.revoked_at).toEqual(first.key.revoked_at);
});

test('the last key of a project is known as such, also when two are revoked at once', async () => {
  const { db } = database;
  const other = await createProject(db, { name: 'other' });
  const [a, b] = [await createKey(db, { name: 'a' }), await createKey(db, { name: 'b' })];
  await createKey(db, { project: other.id, name: 'c' });
  const outcomes = await Promise.all([revokeKey(db, a.id), revokeKey(db, b.id)]);
  expect(outcomes.filter((outcome) => outcome.wasLast)).toHaveLength(1);
});

test('an unknown key is not found; what was said is repeated only where it is no secret', async () => {
  const { db } = database;
  const { id } = await createKey(db, { name: 'ci' });
  const said = async (text: string): Promise<string> =>
    revokeKey(db, text).then(
      () => 'revoked',
      (error: unknown) => (error as Error).message,
    );
  expect(await said(`${id.slice(0, -1)}x`)).toContain(`Did you mean ${id}?`);
  expect(await said(id.slice(0, 12))).toContain(`Did you mean ${id}?`);
  expect(await said('key-nothing')).toBe('There is no key "key-nothing". sheaf keys list shows all.');
  expect(await said('ci')).toContain(id);
  const secret = newApiKey();
  expect(await said(secret)).toBe('There is no key like this. sheaf keys list shows all.');
  expect(await listKeys(db, {})).toMatchObject([{ revoked_at: null }]);
});
