import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { addProject } from '../../test/support/batch-scenes.ts';
import { openTestServices, type TestServices } from '../../test/support/test-services.ts';
import { createAuthenticator, type Principal } from './api-keys.ts';
import { createProjectKey, listProjectKeys, revokeProjectKey } from './project-keys.ts';

let bench: TestServices;
let own: Principal;
let ownSecret: string;

beforeAll(async () => {
  bench = await openTestServices();
});
beforeEach(async () => {
  await bench.clear();
  const projectId = await addProject(bench.services.db);
  const { key, secret } = await createProjectKey(bench.services, projectId, { name: 'own' });
  own = { keyId: key.id, projectId, organizationId: key.organization_id };
  ownSecret = secret;
});
afterAll(() => bench[Symbol.asyncDispose]());

const speaksFor = (secret: string) => createAuthenticator(bench.services.db)(secret);
const revoke = (id: string, confirmed = false) => revokeProjectKey(bench.services, own, id, { confirmed });

test('a key that was made is listed, works, and does not once it is revoked', async () => {
  const made = await createProjectKey(bench.services, own.projectId, { name: ' ci ' });
  expect(await speaksFor(made.secret)).toMatchObject({ keyId: made.key.id, projectId: own.projectId });
  const names = (await listProjectKeys(bench.services, own.projectId)).map((key) => key.name);
  expect(names).toEqual(['own', made.key.name]);
  expect(JSON.stringify(await listProjectKeys(bench.services, own.projectId))).not.toMatch(
    /hash|lookup|llx-/,
  );

  await revoke(made.key.id);
  expect(await speaksFor(made.secret)).toBeNull();
  const first = (await listProjectKeys(bench.services, own.projectId))[1]?.revoked_at;
  expect(first).toBeInstanceOf(Date);
  await revoke(made.key.id);
  expect((await listProjectKeys(bench.services, own.projectId))[1]?.revoked_at).toEqual(first);
});

test('the key of the request is revoked only when that is confirmed', async () => {
  await expect(revoke(own.keyId)).rejects.toThrow(/confirm=true/);
  expect(await speaksFor(ownSecret)).toMatchObject({ keyId: own.keyId });
  await revoke(own.keyId, true);
  expect(await speaksFor(ownSecret)).toBeNull();
});

test("another project's key is not found, and goes on working", async () => {
  const other = await addProject(bench.services.db);
  const { key, secret } = await createProjectKey(bench.services, other, { name: 'theirs' });
  await expect(revoke(key.id, true)).rejects.toThrow('API key not found');
  expect(await speaksFor(secret)).toMatchObject({ projectId: other });
  expect((await listProjectKeys(bench.services, own.projectId)).map(({ id }) => id)).toEqual([own.keyId]);
});

test('a name must be one', async () => {
  await expect(createProjectKey(bench.services, own.projectId, { name: ' ' })).rejects.toThrow(/name/);
});
