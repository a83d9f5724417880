import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { exampleDocument } from '../support/example-documents.ts';
import { makeDataDir, removeDataDir, startServer, type SheafServer } from '../support/sheaf-server.ts';
import { violations } from './surface.ts';

/** What Sheaf adds to the contract: plain requests, because the official client does not know it. */
let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir);
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
});

afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

function request(path: string, init: RequestInit = {}): Promise<Response> {
  const headers = new Headers(init.headers);
  headers.set('authorization', `Bearer ${server.apiKey}`);
  return fetch(`${server.url}${path}`, { ...init, headers });
}

function post(path: string, body: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return request(path, {
    method: 'POST',
    body: JSON.stringify(body),
    headers: { 'content-type': 'application/json', ...headers },
  });
}

async function addDirectory(name: string, files: readonly string[]): Promise<string> {
  const directory = await client.beta.directories.create({ name });
  for (const file of files) {
    await client.beta.directories.files.upload(directory.id, {
      upload_file: new File([await exampleDocument(file)], file),
    });
  }
  return directory.id;
}

const parse = (source_directory_id: string) => ({
  source_directory_id,
  config: { job: { type: 'parse_v2' as const, configuration_id: 'cfg-PARSE_AGENTIC' } },
});

interface ServerEvent {
  readonly id: string | undefined;
  readonly event: string | undefined;
  readonly data: { status?: string; progress?: { completed: number; failed: number } };
}

async function readEvents(id: string, lastEventId?: string): Promise<ServerEvent[]> {
  const headers = lastEventId === undefined ? undefined : { 'last-event-id': lastEventId };
  const response = await request(`/api/v2/batches/${id}/events`, headers ? { headers } : {});
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  return (await response.text())
    .split('\n\n')
    .filter((block) => block !== '' && !block.startsWith(':'))
    .map((block) => {
      const field = (name: string) => new RegExp(`^${name}: (.*)$`, 'm').exec(block)?.[1];
      return { id: field('id'), event: field('event'), data: JSON.parse(field('data') ?? 'null') as never };
    });
}

describe('following a batch by events', () => {
  test('tells every status and the progress, and ends with the batch', async () => {
    const { id } = await client.batches.create(
      parse(await addDirectory('followed', ['letter.pdf', 'broken.pdf'])),
    );
    const events = await readEvents(id);
    const statuses = events.filter(({ event }) => event === 'status');
    expect(statuses.map(({ data }) => data.status)).toEqual(['PENDING', 'RUNNING', 'COMPLETED']);
    const progress = events.findLast(({ event }) => event === 'progress')?.data;
    expect(progress?.progress).toMatchObject({ completed: 1, failed: 1 });
    expect(violations('Batch', progress)).toEqual([]);
  });

  test('goes on after the event that a client saw last', async () => {
    const { id } = await client.batches.create(parse(await addDirectory('resumed', ['letter.pdf'])));
    const all = (await readEvents(id)).filter(({ event }) => event === 'status');
    const rest = (await readEvents(id, all[0]?.id)).filter(({ event }) => event === 'status');
    expect(rest).toEqual(all.slice(1));
    const over = await request(`/api/v2/batches/${id}/events`, {
      headers: { 'last-event-id': all.at(-1)?.id ?? '' },
    });
    expect(over.status).toBe(204);
  });

  test('is 404 for a batch that is not there', async () => {
    expect((await request('/api/v2/batches/bat-nothing/events')).status).toBe(404);
  });
});

describe('retrying a batch', () => {
  test('runs only the files that failed, linked to the first batch', async () => {
    const directory = await addDirectory('retried', ['letter.pdf', 'broken.pdf', 'locked.pdf']);
    const first = await client.batches.create(parse(directory));
    await readEvents(first.id);
    const answer = await post(`/api/v2/batches/${first.id}/retry`, {});
    expect(answer.status).toBe(201);
    const retried = (await answer.json()) as { id: string; retry_of: string };
    expect(violations('Batch', retried)).toEqual([]);
    expect(retried).toMatchObject({ retry_of: first.id, source_directory_id: directory, status: 'PENDING' });

    const repeated = await post(`/api/v2/batches/${first.id}/retry`, {}, { 'x-stainless-retry-count': '1' });
    expect(((await repeated.json()) as { id: string }).id).toBe(retried.id);
    await readEvents(retried.id);
    const names = await resultNames(retried.id, directory);
    expect(names).toEqual(['broken.pdf', 'locked.pdf']);
  });

  test('takes another configuration, and no body at all', async () => {
    const directory = await addDirectory('retried otherwise', ['broken.pdf']);
    const first = await client.batches.create(parse(directory));
    await readEvents(first.id);
    const other = await post(`/api/v2/batches/${first.id}/retry`, { configuration_id: 'cfg-PARSE_FAST' });
    expect(await other.json()).toMatchObject({ config: { job: { configuration_id: 'cfg-PARSE_FAST' } } });
    expect((await request(`/api/v2/batches/${first.id}/retry`, { method: 'POST' })).status).toBe(201);
  });

  test('is refused where there is nothing to retry, or nothing has ended', async () => {
    const good = await client.batches.create(parse(await addDirectory('all good', ['letter.pdf'])));
    await readEvents(good.id);
    const nothing = await post(`/api/v2/batches/${good.id}/retry`, {});
    expect(nothing.status).toBe(400);
    expect(nothing.headers.get('x-should-retry')).toBe('false');
    expect((await post('/api/v2/batches/bat-nothing/retry', {})).status).toBe(404);

    const running = await client.batches.create(
      parse(await addDirectory('slow', ['scan.pdf', 'scan.pdf', 'scan.pdf'])),
    );
    expect((await post(`/api/v2/batches/${running.id}/retry`, {})).status).toBe(400);
    await client.batches.cancel(running.id);
    await readEvents(running.id);
  });

  async function resultNames(id: string, directory: string): Promise<string[]> {
    const { results } = await client.batches.get(id, { expand: ['results'] });
    const names: string[] = [];
    for (const result of results ?? []) {
      const file = await client.beta.directories.files.get(result.source_directory_file_id, {
        directory_id: directory,
      });
      names.push(file.display_name);
    }
    return names;
  }
});

describe('a create that the client sent again', () => {
  const retry = (count: number) => ({ 'x-stainless-retry-count': String(count) });
  const idOf = async (answer: Response) => ((await answer.json()) as { id: string }).id;

  test('gives the batch of the first try', async () => {
    const body = parse(await addDirectory('twins', ['letter.pdf']));
    const first = await idOf(await post('/api/v2/batches', body, retry(0)));
    expect(await idOf(await post('/api/v2/batches', body, retry(1)))).toBe(first);
    expect(await idOf(await post('/api/v2/batches', body, retry(2)))).toBe(first);
    expect(await idOf(await post('/api/v2/batches', body, retry(0)))).not.toBe(first);
  });

  test('makes one batch when both tries arrive at once', async () => {
    const body = parse(await addDirectory('racing twins', ['letter.pdf']));
    const tries = await Promise.all([0, 1, 2, 3].map((count) => post('/api/v2/batches', body, retry(count))));
    const ids = await Promise.all(tries.map(idOf));
    const listed = await client.batches.list({ source_directory_id: body.source_directory_id });
    // The first try carries no mark, so it makes a batch of its own even when a retry overtakes it.
    expect(listed.items.length).toBeLessThanOrEqual(2);
    expect(new Set(ids).size).toBe(listed.items.length);
  });

  test('is a batch of its own when it asks for something else', async () => {
    const [one, other] = [
      await addDirectory('one', ['letter.pdf']),
      await addDirectory('other', ['letter.pdf']),
    ];
    const first = await idOf(await post('/api/v2/batches', parse(one), retry(0)));
    expect(await idOf(await post('/api/v2/batches', parse(other), retry(1)))).not.toBe(first);
  });
});

describe('webhooks of a create', () => {
  const withWebhook = async (webhook: object) =>
    post('/api/v2/batches', {
      ...parse(await addDirectory('hooked', ['letter.pdf'])),
      webhook_configurations: [webhook],
    });

  test.each([
    [{ webhook_url: 'ftp://example.test' }, 'webhook_url'],
    [{}, 'webhook_url'],
    [{ webhook_url: 'https://example.test', webhook_output_format: 'xml' }, 'webhook_output_format'],
    [{ webhook_url: 'https://example.test', webhook_events: [] }, 'webhook_events'],
  ])('are refused when they are bad: %j', async (webhook, field) => {
    const answer = await withWebhook(webhook);
    expect(answer.status).toBe(422);
    const { detail } = (await answer.json()) as { detail: { loc: unknown[] }[] };
    expect(detail[0]?.loc).toEqual(['body', 'webhook_configurations', 0, field]);
  });

  test('are refused when they name a saved configuration that is not there', async () => {
    const body = parse(await addDirectory('saved hook', ['letter.pdf']));
    expect((await post('/api/v2/batches', { ...body, webhook_configuration_ids: ['whc-none'] })).status).toBe(
      404,
    );
  });
});
