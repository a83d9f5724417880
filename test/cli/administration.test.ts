import { rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { EXTERNAL_DATABASE } from '../support/external-database.ts';
import { runSheaf, sheafJson as runSheafJson } from '../support/sheaf-command.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';

/** `sheaf keys`, `projects` and `organizations` as an operator runs them, with and without a server. */

let dataDir: string;

beforeAll(async () => {
  dataDir = await makeDataDir();
});
afterAll(() => removeDataDir(dataDir));

const sheaf = (args: readonly string[]) => runSheaf(dataDir, args);
const sheafJson = <T>(...args: string[]) => runSheafJson<T>(dataDir, ...args);

interface WireKey {
  readonly id: string;
  readonly name: string;
  readonly project_name: string;
  readonly last_used_at: string | null;
  readonly revoked_at: string | null;
}

/** The status and the projects that a key sees. */
async function call(url: string, key: string): Promise<{ status: number; projects: string[] }> {
  const response = await fetch(`${url}/api/v1/projects`, { headers: { authorization: `Bearer ${key}` } });
  const body = (await response.json()) as { name: string }[];
  return { status: response.status, projects: response.ok ? body.map(({ name }) => name) : [] };
}

describe('on a data directory that no server has seen', () => {
  test('a key is made, alone on standard output, and is good for the server that comes', async () => {
    const made = await sheaf(['keys', 'create', '--name', 'before the first start']);
    expect(made.code).toBe(0);
    expect(made.output).toMatch(/^llx-[\w-]{40}\n$/);
    expect(made.errors).toMatch(/^key-\S+ \(before the first start\) is a key of the project Default in /m);
    expect(made.errors).toContain(EXTERNAL_DATABASE === undefined ? dataDir : 'test_dir_');
    expect(made.errors).not.toContain(made.output.trim());

    await using server = await startServer(dataDir);
    expect(await call(server.url, made.output.trim())).toEqual({ status: 200, projects: ['Default'] });
  });
});

describe('beside a running server', () => {
  let server: SheafServer;

  beforeAll(async () => {
    server = await startServer(dataDir);
  });
  afterAll(() => server?.stop());

  test('projects, their keys and limits are made, and seen by the server at once', async () => {
    const organization = await sheaf(['organizations', 'create', '--name', 'Office']);
    expect(organization).toMatchObject({
      code: 0,
      output: expect.stringMatching(/^[\da-f-]{36}\n$/) as string,
    });
    const create = ['projects', 'create', '--name', 'invoices', '--organization', 'Office'];
    const project = await sheaf([...create, '--max-running-jobs', '3']);
    expect(project).toMatchObject({ code: 0, output: expect.stringMatching(/^[\da-f-]{36}\n$/) as string });
    const { key, id } = await sheafJson<{ key: string; id: string }>(
      'keys',
      'create',
      '--project',
      'invoices',
    );
    expect(await call(server.url, key)).toEqual({ status: 200, projects: ['invoices'] });

    const changed = [
      'projects',
      'set',
      'invoices',
      '--max-running-jobs',
      'server',
      '--max-running-batches',
      '2',
    ];
    expect(await sheafJson(...changed)).toMatchObject({ max_running_jobs: null, max_running_batches: 2 });
    const list = await sheaf(['projects', 'list']);
    expect(list.output).toMatch(/^\S+ +Default +Default +yes +server +server /m);
    expect(list.output).toMatch(/^\S+ +invoices +Office +yes +server +2 /m);
    expect((await sheaf(['organizations', 'list'])).output).toMatch(/ Office /);

    const [listed] = await sheafJson<WireKey[]>('keys', 'list', '--project', 'invoices');
    expect(listed).toMatchObject({ id, name: 'unnamed', project_name: 'invoices', revoked_at: null });
    expect(listed?.last_used_at).not.toBeNull();
    expect(JSON.stringify(listed)).not.toContain(key.slice(4));
  });

  test.each(['id', 'key'] as const)(
    'a key that is revoked by its %s is refused within seconds',
    async (by) => {
      const made = await sheafJson<{ id: string; key: string }>('keys', 'create', '--name', `by ${by}`);
      expect((await call(server.url, made.key)).status).toBe(200);
      const revoked = await sheaf(['keys', 'revoke', made[by]]);
      expect(revoked).toMatchObject({ code: 0, errors: '' });
      expect(revoked.output).toContain(made.id);
      await waitUntil(
        async () => (await call(server.url, made.key)).status === 401,
        3_000,
        'the key to be refused',
      );

      const again = await sheaf(['keys', 'revoke', made[by]]);
      expect(again).toMatchObject({
        code: 0,
        output: expect.stringContaining('had been revoked at') as string,
      });
      const keys = await sheafJson<WireKey[]>('keys', 'list');
      expect(keys.find((key) => key.id === made.id)?.revoked_at).not.toBeNull();
    },
  );
});

test('many commands at once, with no server, do not disturb each other', async () => {
  const names = ['a', 'b', 'c'];
  const runs = await Promise.all(names.map((name) => sheaf(['keys', 'create', '--name', `at once ${name}`])));
  expect(runs.map((run) => run.code)).toEqual([0, 0, 0]);
  const keys = await sheafJson<WireKey[]>('keys', 'list');
  const made = new Set(keys.map((key) => key.name));
  expect(names.filter((name) => !made.has(`at once ${name}`))).toEqual([]);
});

test('the first key and the one of the operator stay revoked through a start, which says so', async () => {
  const chosen = 'chosen-by-the-operator';
  {
    await using server = await startServer(dataDir, { SHEAF_API_KEY: chosen });
    expect((await call(server.url, chosen)).status).toBe(200);
  }
  expect((await sheaf(['keys', 'revoke', chosen])).code).toBe(0);
  {
    await using server = await startServer(dataDir, { SHEAF_API_KEY: chosen });
    expect((await call(server.url, chosen)).status).toBe(401);
    expect(server.log()).toContain('The API key in SHEAF_API_KEY has been revoked');
    expect(server.log()).not.toContain(chosen);
  }
  let first: string;
  {
    await using server = await startServer(dataDir);
    first = server.apiKey;
    expect((await call(server.url, first)).status).toBe(200);
    expect(server.log()).toContain('The API key is in ');
  }
  expect((await sheaf(['keys', 'revoke', first])).code).toBe(0);
  await using server = await startServer(dataDir);
  expect((await call(server.url, first)).status).toBe(401);
  expect(server.log()).toContain(`The API key in ${join(dataDir, 'api-key')} has been revoked`);
  expect(server.log()).not.toContain('The API key is in ');

  const batches = await sheaf(['batches', 'list']);
  expect(batches.code).toBe(2);
  expect(batches.errors).toContain('the first key has been revoked: set SHEAF_API_KEY');
});

test('revoking the last usable key of a project warns, and says how to make another', async () => {
  await sheafJson('projects', 'create', '--name', 'short-lived');
  const { id } = await sheafJson<{ id: string }>('keys', 'create', '--project', 'short-lived');
  const revoked = await sheaf(['keys', 'revoke', id]);
  expect(revoked.code).toBe(0);
  expect(revoked.errors).toMatch(/The project short-lived has no usable key.*sheaf keys create --project /);
});

test('what cannot be done exits with 1 and says why', async () => {
  const cases = [
    [['keys', 'revoke', 'key-0198f2d4'], 'There is no key "key-0198f2d4"'],
    [['keys', 'create', '--project', 'Defualt'], 'Did you mean "Default"?'],
    [['projects', 'set', 'nothing', '--name', 'x'], 'There is no project "nothing"'],
    [['projects', 'create', '--name', 'Default'], 'already has a project named "Default"'],
    [['organizations', 'create', '--name', 'Default'], 'already an organization named "Default"'],
  ] as const;
  await Promise.all(
    cases.map(async ([args, why]) => {
      const run = await sheaf(args);
      expect(run).toMatchObject({ code: 1, output: '' });
      expect(run.errors).toContain(why);
      expect(run.errors).not.toMatch(/\n\s+at /);
    }),
  );
});

test('a server with a damaged key file says how to mend it', async () => {
  const file = join(dataDir, 'api-key');
  await rm(file);
  await writeFile(file, '');
  await expect(startServer(dataDir)).rejects.toThrow(`${file} is empty. Delete it, and the next start`);
});
