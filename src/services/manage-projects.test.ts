import { sql } from 'kysely';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.ts';
import { createAdministration, type Administration } from './administration.ts';
import { openDefaultProject } from './projects.ts';

let database: TestDatabase;
let administration: Administration;

beforeAll(async () => {
  database = await openTestDatabase();
  administration = createAdministration(database.db);
});
beforeEach(async () => {
  await sql`truncate organizations cascade`.execute(database.db);
  await openDefaultProject(database.db);
});
afterAll(() => database.close());

describe('a project', () => {
  test('is made in the oldest organization, or in the one that is named', async () => {
    const { id } = await administration.createOrganization('Other');
    const here = await administration.createProject({ name: 'here' });
    const there = await administration.createProject({ name: 'there', organization: id });
    expect(here).toMatchObject({ organization_name: 'Default', is_default: false, limits: {} });
    expect(there).toMatchObject({ organization_name: 'Other', organization_id: id, is_default: true });
    expect((await administration.listProjects()).map(({ name }) => name)).toEqual([
      'Default',
      'here',
      'there',
    ]);
    expect((await administration.listProjects('Other')).map(({ name }) => name)).toEqual(['there']);
    // Later starts find the first of all defaults.
    expect((await openDefaultProject(database.db)).name).toBe('Default');
  });

  test('has its name for itself within its organization, also when many are made at once', async () => {
    const attempts = await Promise.allSettled(
      Array.from({ length: 5 }, () => administration.createProject({ name: 'one' })),
    );
    const refused = attempts.flatMap((attempt) => (attempt.status === 'rejected' ? [attempt.reason] : []));
    expect(refused).toHaveLength(4);
    for (const reason of refused) {
      expect(reason).toMatchObject({
        code: 'CONFLICT',
        message: 'The organization "Default" already has a project named "one".',
      });
    }
    await administration.createOrganization('Other');
    await administration.createProject({ name: 'one', organization: 'Other' });
  });

  test('of a new organization is the only default, also when many are made at once', async () => {
    await administration.createOrganization('Other');
    const made = await Promise.all(
      ['a', 'b', 'c'].map((name) => administration.createProject({ name, organization: 'Other' })),
    );
    expect(made.filter((project) => project.is_default)).toHaveLength(1);
  });

  test.each([
    ['', 'must not be empty'],
    [' \t', 'must not be empty'],
    ['a\nb', 'control characters'],
    ['x'.repeat(201), 'may have 200 characters'],
    ['0198f2d4-0000-7000-8000-000000000000', 'look like an id'],
  ])('cannot be named %j', async (name, why) => {
    await expect(administration.createProject({ name })).rejects.toThrow(why);
    await expect(administration.createOrganization(name)).rejects.toThrow(why);
    await expect(administration.createKey({ name })).rejects.toThrow(why);
    await expect(administration.changeProject({ project: 'Default' }, { name })).rejects.toThrow(why);
  });

  test('may be named anything else, without the spaces around it', async () => {
    for (const name of ['Überweisungen', '請求書', '😀'.repeat(200), "a'); drop table projects; --"]) {
      expect((await administration.createProject({ name: ` ${name} ` })).name).toBe(name);
    }
  });
});

describe('limits of a project', () => {
  test('are set, changed one by one, and given back to the server', async () => {
    const { id } = await administration.createProject({
      name: 'p',
      maxRunningJobs: 5,
      maxRunningBatches: null,
    });
    const limitsAfter = async (change: Parameters<Administration['changeProject']>[1]) =>
      (await administration.changeProject({ project: id }, change)).limits;
    expect((await administration.listProjects()).at(-1)?.limits).toEqual({ max_running_jobs: 5 });
    expect(await limitsAfter({ maxRunningBatches: 2 })).toEqual({
      max_running_jobs: 5,
      max_running_batches: 2,
    });
    expect(await limitsAfter({ name: 'q' })).toEqual({ max_running_jobs: 5, max_running_batches: 2 });
    expect(await limitsAfter({ maxRunningJobs: null })).toEqual({ max_running_batches: 2 });
  });

  test.each([0, -1, 1.5, 100_001, Number.NaN])('cannot be %d', async (limit) => {
    const wish = { name: 'p', maxRunningJobs: limit };
    await expect(administration.createProject(wish)).rejects.toThrow('from 1 to 100000');
    await expect(
      administration.changeProject({ project: 'Default' }, { maxRunningBatches: limit }),
    ).rejects.toThrow('from 1 to 100000');
  });
});

test('a project is renamed, to itself too, but not to another one', async () => {
  await administration.createProject({ name: 'a' });
  await administration.createProject({ name: 'b' });
  const rename = (project: string, name: string) => administration.changeProject({ project }, { name });
  await expect(rename('a', 'b')).rejects.toMatchObject({ code: 'CONFLICT' });
  expect((await rename('a', 'a')).name).toBe('a');
  const renamed = await rename('a', 'c');
  expect(renamed).toMatchObject({ name: 'c' });
  expect(renamed.updated_at.getTime()).toBeGreaterThanOrEqual(renamed.created_at.getTime());
  await expect(rename('a', 'd')).rejects.toMatchObject({ code: 'NOT_FOUND' });
});

test('an organization has its name for itself', async () => {
  await administration.createOrganization('Other');
  await expect(administration.createOrganization('Other')).rejects.toMatchObject({
    code: 'CONFLICT',
    message: 'There is already an organization named "Other".',
  });
  expect((await administration.listOrganizations()).map(({ name }) => name)).toEqual(['Default', 'Other']);
});
