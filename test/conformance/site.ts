import { randomUUID } from 'node:crypto';
import { registerRoutes } from '../../src/http/routes/index.ts';
import { createHttpServer } from '../../src/http/server.ts';
import { newApiKey, newUuid } from '../../src/model/ids.ts';
import { createAuthenticator, ensureApiKey } from '../../src/services/api-keys.ts';
import type { Services } from '../../src/services/context.ts';
import { claimJobs, commitEndings } from '../../src/services/run-jobs.ts';
import { runExtractJob } from '../../src/worker/extract-job.ts';
import { runParseJob } from '../../src/worker/parse-job.ts';
import { addProject, claim, startBatches } from '../support/batch-scenes.ts';
import { createScriptedEngine, succeed } from '../support/scripted-engine.ts';
import { createScriptedExtraction } from '../support/scripted-extraction.ts';
import { openTestServices, TEST_SERVER } from '../support/test-services.ts';
import type { Description } from './description.ts';
import { DATA_SCHEMA } from './samples.ts';
import { createSender, formOf, type WireAnswer, type WireRequest } from './send.ts';

/** A project, and what can be made in it over the wire. */
export interface Tenant {
  readonly projectId: string;
  readonly organizationId: string;
  readonly headers: Readonly<Record<string, string>>;
  send(
    wire: Omit<WireRequest, 'headers'> & { headers?: Readonly<Record<string, string>> },
  ): Promise<WireAnswer>;
  /** A JSON body to a collection. @returns the new one's id */
  create(path: string, body: unknown): Promise<string>;
  /** @returns the new file's id */
  uploadFile(): Promise<string>;
  /** An empty directory. */
  addDirectory(): Promise<string>;
  /** A directory with one file in it. */
  addDirectoryFile(): Promise<{ directory_id: string; directory_file_id: string }>;
  addConfiguration(): Promise<string>;
  addBatch(): Promise<string>;
  addParseJob(): Promise<string>;
  addExtractJob(): Promise<string>;
  /** One that completed, with data. */
  addFinishedExtractJob(): Promise<string>;
  /** One that completed, with a result. */
  addFinishedJob(): Promise<string>;
  addFinishedBatch(): Promise<string>;
}

/** A whole server on a database of its own, and two projects that know nothing of each other. */
export interface Site extends AsyncDisposable {
  readonly ours: Tenant;
  readonly theirs: Tenant;
  /** What the server says of itself. */
  readonly description: Description;
}

export async function openSite(): Promise<Site> {
  const bench = await openTestServices();
  const { services } = bench;
  const server = createHttpServer({
    logger: services.logger,
    maxUploadBytes: services.limits.maxUploadBytes,
    authenticate: createAuthenticator(services.db),
    version: '0',
  });
  await server.register((app) => registerRoutes(app, { services, server: TEST_SERVER }));
  const url = await server.listen({ host: '127.0.0.1', port: 0 });
  const sender = createSender(url);
  const openTenant = async (): Promise<Tenant> => {
    const projectId = await addProject(services.db);
    const key = newApiKey();
    await ensureApiKey(services.db, key, { projectId, name: 'conformance' });
    const { organization_id: organizationId } = await services.db
      .selectFrom('projects')
      .select('organization_id')
      .where('id', '=', projectId)
      .executeTakeFirstOrThrow();
    return createTenant(
      (wire) => sender.send(wire),
      () => workOff(services),
      { projectId, organizationId, key },
    );
  };
  const ours = await openTenant();
  const described = await ours.send({ method: 'GET', path: '/api/openapi.json' });
  return {
    ours,
    theirs: await openTenant(),
    description: JSON.parse(described.text) as Description,
    async [Symbol.asyncDispose]() {
      sender[Symbol.dispose]();
      await server.close();
      await bench[Symbol.asyncDispose]();
    },
  };
}

function createTenant(
  sendRaw: (wire: WireRequest) => Promise<WireAnswer>,
  work: () => Promise<void>,
  { key, ...scope }: { projectId: string; organizationId: string; key: string },
): Tenant {
  const headers = { authorization: `Bearer ${key}` };
  const send: Tenant['send'] = (wire) => sendRaw({ ...wire, headers: { ...headers, ...wire.headers } });
  const idOf = ({ status, text }: WireAnswer, path: string): string => {
    if (status !== 200 && status !== 201) throw new Error(`${path} answers ${status}: ${text}`);
    return (JSON.parse(text) as { id: string }).id;
  };
  const create = async (path: string, body: unknown): Promise<string> =>
    idOf(await send({ method: 'POST', path, ...jsonOf(body) }), path);
  const uploadFile = async (): Promise<string> => {
    const path = '/api/v1/beta/files';
    const file = { field: 'file', name: `${randomUUID()}.txt`, text: 'some words' };
    return idOf(await send({ method: 'POST', path, ...formOf({ purpose: 'user_data' }, file) }), path);
  };
  const addDirectory = (): Promise<string> => create('/api/v1/beta/directories', { name: 'scene' });
  const addDirectoryFile = async () => {
    const directory_id = await addDirectory();
    const file_id = await uploadFile();
    const directory_file_id = await create(`/api/v1/beta/directories/${directory_id}/files`, { file_id });
    return { directory_id, directory_file_id };
  };
  const addBatch = async (): Promise<string> => {
    const { directory_id: source_directory_id } = await addDirectoryFile();
    const job = { type: 'parse_v2', configuration_id: 'cfg-PARSE_FAST' };
    return create('/api/v2/batches', { source_directory_id, config: { job } });
  };
  const addParseJob = async (): Promise<string> =>
    create('/api/v2/parse', { file_id: await uploadFile(), tier: 'fast', version: 'latest' });
  const addExtractJob = async (): Promise<string> =>
    create('/api/v2/extract', {
      file_input: await uploadFile(),
      configuration: { data_schema: DATA_SCHEMA, cite_sources: true },
    });
  const finished = async (add: () => Promise<string>): Promise<string> => {
    const id = await add();
    await work();
    return id;
  };
  return {
    ...scope,
    headers,
    send,
    create,
    uploadFile,
    addDirectory,
    addDirectoryFile,
    addConfiguration: () =>
      create('/api/v1/beta/configurations', {
        name: randomUUID(),
        parameters: { product_type: 'parse_v2', tier: 'fast', version: 'latest' },
      }),
    addBatch,
    addParseJob,
    addExtractJob,
    addFinishedExtractJob: () => finished(addExtractJob),
    addFinishedJob: () => finished(addParseJob),
    addFinishedBatch: () => finished(addBatch),
  };
}

/** Starts and runs everything that waits, with an engine that reads two pages out of every file. */
async function workOff(services: Services): Promise<void> {
  const engine = createScriptedEngine(1, (request) => succeed(request, ['first', 'second']));
  await startBatches(services);
  for (let jobs = await claim(services, 100); jobs.length > 0; jobs = await claim(services, 100)) {
    for (const job of jobs) {
      const ended = await runParseJob({ engine, services }, job, new AbortController().signal);
      await commitEndings(services, 'parse', [ended]);
    }
  }
  const engines = { parse: engine, extract: createScriptedExtraction() };
  for (const job of await claimJobs(services, newUuid(), 'extract', 100)) {
    const ended = await runExtractJob({ ...engines, services }, job, new AbortController().signal);
    await commitEndings(services, 'extract', [ended]);
  }
}

export function jsonOf(body: unknown): Pick<WireRequest, 'headers' | 'body'> {
  return { headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) };
}
