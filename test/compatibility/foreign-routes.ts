import LlamaCloud from '@llamaindex/llama-cloud';
import { newUuid } from '../../src/model/ids.ts';

/** One thing of every kind that a project can own: their ids. */
export interface Belongings {
  readonly project: string;
  readonly file: string;
  readonly directory: string;
  readonly directoryFile: string;
  readonly configuration: string;
  readonly batch: string;
  readonly parseJob: string;
  readonly extractJob: string;
  readonly webhook: string;
  readonly delivery: string;
  readonly apiKey: string;
}

/** Makes one of each in the project of the key. */
export async function makeOneOfEach({ url, key }: { url: string; key: string }): Promise<Belongings> {
  const client = new LlamaCloud({ apiKey: key, baseURL: url, maxRetries: 0 });
  const text = () => new File(['some text'], 'a.txt');
  const [project] = await client.projects.list();
  const file = await client.files.create({ file: text(), purpose: 'user_data' });
  const directory = await client.beta.directories.create({ name: 'mine' });
  const entry = await client.beta.directories.files.upload(directory.id, { upload_file: text() });
  const parameters = { product_type: 'parse_v2' as const, tier: 'fast' as const, version: 'latest' };
  const configuration = await client.configurations.create({ name: 'mine', parameters });
  const batch = await client.batches.create({
    source_directory_id: directory.id,
    config: { job: { type: 'parse_v2', configuration_id: configuration.id } },
  });
  const job = await client.parsing.create({ file_id: file.id, tier: 'fast', version: 'latest' });
  const extraction = await client.extract.create({
    file_input: file.id,
    configuration: { data_schema: { type: 'object', properties: { total: { type: 'number' } } } },
  });
  // Nobody listens there: what counts is that there is a delivery.
  const webhook = await client.webhookConfigs.create({ webhook_url: 'http://127.0.0.1:9/' });
  const delivery = await client.post<{ id: string }>(`/api/v1/beta/webhook-configs/${webhook.id}/test`);
  const apiKey = await client.post<{ id: string }>('/api/v1/beta/api-keys', { body: { name: 'mine' } });
  return {
    project: project?.id ?? '',
    file: file.id,
    directory: directory.id,
    directoryFile: entry.id,
    configuration: configuration.id,
    batch: batch.id,
    parseJob: job.id,
    extractJob: extraction.id,
    webhook: webhook.id,
    delivery: delivery.id,
    apiKey: apiKey.id,
  };
}

/** What an id in a path is of, by what stands before it. */
const OWNERS: readonly [before: RegExp, what: keyof Belongings][] = [
  [/\/projects\/$/, 'project'],
  [/\/beta\/files\/$/, 'file'],
  [/\/beta\/directories\/$/, 'directory'],
  [/\/beta\/directories\/[^/]+\/files\/$/, 'directoryFile'],
  [/\/configurations\/$/, 'configuration'],
  [/\/v2\/batches\/$/, 'batch'],
  [/\/v2\/parse\/$/, 'parseJob'],
  [/\/v2\/extract\/$/, 'extractJob'],
  [/\/webhook-configs\/$/, 'webhook'],
  [/\/api-keys\/$/, 'apiKey'],
  [/\/(webhook-)?deliveries\/$/, 'delivery'],
];

/** What nothing is called, unless a stranger could change it. */
const TAKEN_OVER = 'taken over';

/** Bodies that pass validation, for routes that would not take an empty object. */
const BODIES: readonly [method: string, path: RegExp, body: (belongings: Belongings) => object][] = [
  ['PATCH', /\/directories\/[^/]+$/, () => ({ name: TAKEN_OVER })],
  ['POST', /\/directories\/[^/]+\/files$/, ({ file }) => ({ file_id: file })],
  ['PATCH', /\/directories\/[^/]+\/files\/[^/]+$/, () => ({ display_name: TAKEN_OVER })],
  [
    'POST',
    /\/files\/bulk-delete$/,
    ({ directoryFile }) => ({ directory_file_ids: [directoryFile], file_ids: [directoryFile] }),
  ],
  ['PUT', /\/configurations\/[^/]+$/, () => ({ name: TAKEN_OVER })],
  ['PUT', /\/webhook-configs\/[^/]+$/, () => ({ webhook_events: ['parse.success'] })],
];

/** A route that was called, and what was wrong with its answer. */
export interface Visit {
  readonly route: string;
  readonly problem?: unknown;
}

interface Walk {
  readonly url: string;
  /** Where the API's description is. */
  readonly description: string;
  readonly belongings: Belongings;
  /** A key that must not reach them. */
  readonly key: string;
  /** The key that does. */
  readonly otherwise: string;
}

/** Calls every route that takes an id with ids that are another project's. */
export async function walkRoutes(walk: Walk): Promise<Visit[]> {
  const description = (await (await fetch(walk.description)).json()) as {
    paths: Record<string, Record<string, { requestBody?: { content: object } }>>;
  };
  const routes = Object.entries(description.paths)
    .filter(([path]) => path.includes('{'))
    .flatMap(([path, methods]) =>
      Object.entries(methods).map(([method, operation]) => ({
        method: method.toUpperCase(),
        path,
        isForm: 'multipart/form-data' in (operation.requestBody?.content ?? {}),
      })),
    );
  const visits: Visit[] = await readAll(walk, routes);
  for (const route of routes) {
    const problem = await visit(walk, route);
    visits.push({ route: nameOf(route), ...(problem !== undefined && { problem }) });
  }
  return [...visits, ...(await readAll(walk, routes))];
}

const nameOf = ({ method, path }: Route): string => `${method} ${path}`;

interface Route {
  readonly method: string;
  readonly path: string;
  readonly isForm: boolean;
}

/** What the owner sees: proof that the ids are right, and afterwards that nothing is gone or changed. */
async function readAll(walk: Walk, routes: readonly Route[]): Promise<Visit[]> {
  const reads = routes.filter(({ method, path }) => method === 'GET' && !path.endsWith('/events'));
  return Promise.all(
    reads.map(async (route) => {
      const owner = { ...walk, key: walk.otherwise };
      const seen = await send(owner, route, fill(route.path, walk.belongings));
      const isRight = seen.status === 200 && !seen.text.includes(TAKEN_OVER);
      return { route: `${nameOf(route)} by its owner`, ...(!isRight && { problem: seen }) };
    }),
  );
}

async function visit(walk: Walk, route: Route): Promise<unknown> {
  const answer = await send(walk, route, fill(route.path, walk.belongings));
  const never = await send(walk, route, fill(route.path, neverMade(walk.belongings)));
  const isRight =
    answer.status === 404 &&
    /^\{"detail":"[\w ]+ not found"\}$/.test(answer.text) &&
    answer.text === never.text;
  return isRight ? undefined : { answer, never };
}

async function send(
  { url, key, belongings }: Walk,
  { method, isForm }: Route,
  path: string,
): Promise<{ status: number; text: string }> {
  const form = new FormData();
  form.set('upload_file', new File(['theirs'], 'theirs.txt'));
  const takesBody = method !== 'GET' && method !== 'DELETE';
  const bodyOf = BODIES.find(([m, pattern]) => m === method && pattern.test(path))?.[2];
  const response = await fetch(`${url}${path}`, {
    method,
    headers: {
      authorization: `Bearer ${key}`,
      ...(takesBody && !isForm && { 'content-type': 'application/json' }),
    },
    ...(takesBody && { body: isForm ? form : JSON.stringify(bodyOf?.(belongings) ?? {}) }),
  });
  return { status: response.status, text: await response.text() };
}

/** The path with ids in the place of its parameters. @throws for a parameter that stands behind nothing known */
function fill(path: string, belongings: Belongings): string {
  let filled = '';
  for (const part of path.split(/(\{[^}]+\})/)) {
    if (!part.startsWith('{')) {
      filled += part;
      continue;
    }
    const owner = OWNERS.find(([before]) => before.test(filled))?.[1];
    if (!owner) throw new Error(`${path}: say in OWNERS what ${part} is an id of`);
    filled += belongings[owner];
  }
  return filled;
}

/** Ids of the same forms that nothing has. */
function neverMade(belongings: Belongings): Belongings {
  const entries = Object.entries(belongings).map(([what, id]: [string, string]) => [
    what,
    id.replace(/[\da-f]{8}-[\da-f-]{27}$/, newUuid()),
  ]);
  return Object.fromEntries(entries) as Belongings;
}
