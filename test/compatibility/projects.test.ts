import LlamaCloud, {
  AuthenticationError,
  NotFoundError,
  UnprocessableEntityError,
} from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleDocument } from '../support/example-documents.ts';
import { sheafJson } from '../support/sheaf-command.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';
import { checkingFetch } from './checking-fetch.ts';
import { makeOneOfEach, walkRoutes, type Belongings } from './foreign-routes.ts';

let dataDir: string;
let server: SheafServer;
const answers = checkingFetch();
/** Of the default project, and of another one in the same organization. */
let mine: LlamaCloud;
let theirs: LlamaCloud;
let theirKey: string;

const clientOf = (apiKey: string) =>
  new LlamaCloud({ apiKey, baseURL: server.url, maxRetries: 0, fetch: answers.fetch });

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir, { SHEAF_PARSE_PROCESSES: '1', SHEAF_EGRESS_ALLOW: '127.0.0.1' });
  await sheafJson(dataDir, 'projects', 'create', '--name', 'theirs');
  theirKey = (await sheafJson<{ key: string }>(dataDir, 'keys', 'create', '--project', 'theirs')).key;
  [mine, theirs] = [clientOf(server.apiKey), clientOf(theirKey)];
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
  expect(answers.violations()).toEqual([]);
});

async function all<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

describe('projects', () => {
  test('are listed and got in both versions: the one that the key belongs to', async () => {
    for (const [client, name, isDefault] of [
      [mine, 'Default', true],
      [theirs, 'theirs', false],
    ] as const) {
      const [project, ...others] = await client.projects.list();
      expect(others).toEqual([]);
      expect(project).toMatchObject({ name, is_default: isDefault });
      const { id = '', organization_id = '' } = project ?? {};
      expect(await client.projects.get(id, { organization_id })).toEqual(project);
      expect(await all(client.v2Projects.list({ organization_id, page_size: 1 }))).toEqual([project]);
      expect(await client.v2Projects.get(id.toUpperCase())).toEqual(project);
    }
  });

  test('are found by their exact name', async () => {
    expect(await theirs.projects.list({ project_name: 'theirs' })).toHaveLength(1);
    expect(await all(theirs.v2Projects.list({ name: 'theirs' }))).toHaveLength(1);
    for (const name of ['Theirs', 'their', 'Default']) {
      expect(await theirs.projects.list({ project_name: name })).toEqual([]);
      expect(await all(theirs.v2Projects.list({ name }))).toEqual([]);
    }
    // Nulls are sent as empty values, which count as absent.
    expect(await theirs.projects.list({ organization_id: null, project_name: null })).toHaveLength(1);
  });

  test("of others are not found, and another's organization neither", async () => {
    const [other] = await theirs.projects.list();
    for (const id of [other?.id ?? '', 'nonsense', '0198f2d4-0000-7000-8000-000000000000']) {
      await expect(mine.projects.get(id)).rejects.toThrow(NotFoundError);
      await expect(mine.v2Projects.get(id)).rejects.toThrow('Project not found');
    }
    await expect(mine.projects.list({ organization_id: other?.id ?? '' })).rejects.toThrow(NotFoundError);
    await expect(mine.batches.list({ project_id: other?.id ?? '' })).rejects.toThrow('Project not found');
  });

  test('have no second page', async () => {
    await expect(mine.v2Projects.list({ page_token: 'more' })).rejects.toThrow(UnprocessableEntityError);
  });
});

describe('job data points', () => {
  beforeAll(async () => {
    const upload = (name: string) => exampleDocument(name).then((bytes) => new File([bytes], name));
    await mine.parsing.parse({
      upload_file: await upload('letter.pdf'),
      tier: 'fast',
      version: 'latest',
      client_name: 'nightly',
      expand: ['text'],
    });
    const broken = await mine.parsing.create({
      upload_file: await upload('broken.pdf'),
      tier: 'fast',
      version: 'latest',
    });
    const ended = async () => (await mine.parsing.get(broken.id)).job.status === 'FAILED';
    await waitUntil(ended, 30_000, 'the broken document to fail');
  });

  test('tell how each job fared, newest first', async () => {
    const points = await all(mine.jobDataPoints.list({ job_type: 'parse', page_size: 1 }));
    expect(points.map(({ status, custom_tag }) => [status, custom_tag])).toEqual([
      ['failed', ''],
      ['completed', 'nightly'],
    ]);
    const [failed, completed] = points;
    expect(failed?.error_message).toMatch(/^PDF_IS_BROKEN/);
    expect(completed?.error_message).toBeNull();
    const { state_transitions: states, created_at } = completed ?? {};
    expect(states).toMatchObject({
      pending_at: created_at,
      throttled_at: null,
      running_at: expect.any(String) as string,
      completed_at: expect.any(String) as string,
      failed_at: null,
      cancelled_at: null,
    });
    expect(failed?.state_transitions).toMatchObject({
      completed_at: null,
      failed_at: expect.any(String) as string,
    });
    const times = [states?.pending_at, states?.running_at, states?.completed_at].map((time) => time ?? '');
    expect(times).toEqual(times.toSorted());
  });

  test('are filtered by status and time, and belong to one project', async () => {
    const list = (query: Omit<LlamaCloud.JobDataPointListParams, 'job_type'>, client = mine) =>
      all(client.jobDataPoints.list({ job_type: 'parse', ...query }));
    expect(await list({ status: ['completed'] })).toHaveLength(1);
    expect(await list({ status: ['completed', 'failed'], hours: 168 })).toHaveLength(2);
    const [, oldest] = await list({});
    const at = oldest?.created_at ?? '';
    expect(await list({ created_at_on_or_after: at, created_at_on_or_before: at })).toEqual([oldest]);
    expect(await list({}, theirs)).toEqual([]);
    expect(await all(mine.jobDataPoints.list({ job_type: 'classify' }))).toEqual([]);
    expect(await all(mine.jobDataPoints.list({ job_type: 'extract', status: null }))).toEqual([]);
  });

  test('need a product, and at most a week', async () => {
    const list = (query: object) => mine.jobDataPoints.list(query as never);
    for (const [query, loc] of [
      [{}, 'job_type'],
      [{ job_type: 'batch' }, 'job_type'],
      [{ job_type: 'parse', hours: 0 }, 'hours'],
      [{ job_type: 'parse', hours: 169 }, 'hours'],
    ] as const) {
      await expect(list(query)).rejects.toMatchObject({
        status: 422,
        error: { detail: [{ loc: ['query', loc] }] },
      });
    }
  });
});

test('a key that nobody made, or that was revoked, is refused', async () => {
  const made = await sheafJson<{ id: string; key: string }>(dataDir, 'keys', 'create');
  expect(await clientOf(made.key).projects.list()).toHaveLength(1);
  await sheafJson(dataDir, 'keys', 'revoke', made.id);
  const refused = () =>
    clientOf(made.key)
      .projects.list()
      .then(
        () => false,
        (error: unknown) => error instanceof AuthenticationError,
      );
  await waitUntil(refused, 3_000, 'the key to be refused');
});

describe("with another project's key", () => {
  let belongings: Belongings;

  beforeAll(async () => {
    belongings = await makeOneOfEach({ url: server.url, key: server.apiKey });
  });

  test('every route that takes an id answers 404, as for one that never was, and changes nothing', async () => {
    const walk = { description: `${server.url}/api/openapi.json`, url: server.url, belongings };
    const visited = await walkRoutes({ ...walk, key: theirKey, otherwise: server.apiKey });
    expect(visited.length).toBeGreaterThan(30);
    expect(visited.filter(({ problem }) => problem !== undefined)).toEqual([]);
  });

  test('no list shows anything', async () => {
    const description = (await (await fetch(`${server.url}/api/openapi.json`)).json()) as {
      paths: Record<string, { get?: object }>;
    };
    const lists = Object.keys(description.paths).filter(
      (path) => description.paths[path]?.get && !path.includes('{') && path.startsWith('/api/'),
    );
    expect(lists.length).toBeGreaterThan(7);
    for (const path of lists) {
      const query = path.endsWith('job-data-points') ? '?job_type=parse' : '';
      const response = await fetch(`${server.url}${path}${query}`, {
        headers: { authorization: `Bearer ${theirKey}` },
      });
      expect(response.status, path).toBe(200);
      const text = await response.text();
      for (const id of Object.values(belongings)) expect(text, path).not.toContain(id);
    }
  });

  test.each([
    ['a batch over the directory', '/api/v2/batches', ({ directory }: Belongings) => batchOver(directory)],
    [
      'a parse job of the file',
      '/api/v2/parse',
      ({ file }: Belongings) => ({ file_id: file, tier: 'fast', version: 'latest' }),
    ],
    [
      'a parse job with the configuration',
      '/api/v2/parse',
      ({ configuration }: Belongings) => ({
        source_url: 'http://127.0.0.1:9/a.pdf',
        configuration_id: configuration,
      }),
    ],
    [
      'a parse job that tells the endpoint',
      '/api/v2/parse',
      ({ webhook }: Belongings) => ({
        source_url: 'http://127.0.0.1:9/a.pdf',
        tier: 'fast',
        version: 'latest',
        webhook_configuration_ids: [webhook],
      }),
    ],
  ])('%s is not made', async (_, path, bodyOf) => {
    const response = await fetch(`${server.url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${theirKey}`, 'content-type': 'application/json' },
      body: JSON.stringify(bodyOf(belongings)),
    });
    expect({ status: response.status, body: await response.json() }).toMatchObject({
      status: 404,
      body: { detail: expect.stringMatching(/not found$/) as string },
    });
  });

  test('neither a batch with the configuration, nor an entry for the file', async () => {
    const { id } = await theirs.beta.directories.create({ name: 'own' });
    await theirs.beta.directories.files.upload(id, { upload_file: new File(['text'], 'a.txt') });
    const { configuration, file } = belongings;
    await expect(theirs.batches.create(batchOver(id, configuration))).rejects.toThrow(NotFoundError);
    await expect(theirs.beta.directories.files.add(id, { file_id: file })).rejects.toThrow(NotFoundError);
  });
});

function batchOver(source_directory_id: string, configuration_id = 'cfg-PARSE_FAST') {
  return { source_directory_id, config: { job: { type: 'parse_v2' as const, configuration_id } } };
}
