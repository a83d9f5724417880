import { createReadStream } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import LlamaCloud from '@llamaindex/llama-cloud';
import { exampleDocument, exampleDocumentPath } from '../support/example-documents.ts';
import { makeDataDir, removeDataDir, startServer } from '../support/sheaf-server.ts';
import { checkingFetch, type CheckingFetch } from './checking-fetch.ts';

export const UNKNOWN = '0198c0de-0000-7000-8000-000000000001';
export const FAST = { tier: 'fast', version: 'latest' } as const;
/** The client's own pace is a second or more. */
export const QUICK = { pollingInterval: 0.1, maxInterval: 0.2, timeout: 60 } as const;

/** An event as it is delivered. */
interface Event {
  readonly event_type: string;
  readonly data: { readonly id?: string; readonly job_id?: string };
}

/** A live Sheaf that runs one job at a time, and another server, which it may call. */
export interface ParsingSite {
  readonly client: LlamaCloud;
  readonly answers: CheckingFetch;
  /** Of the other server: it has `/letter.pdf`, and takes webhooks at any path. */
  readonly origin: string;
  readonly events: readonly Event[];
  addFile(name?: string): Promise<Awaited<ReturnType<LlamaCloud['files']['create']>>>;
  /** Polls until a job has ended. */
  finished(
    id: string,
    query?: { expand?: string[] },
  ): Promise<Awaited<ReturnType<LlamaCloud['parsing']['get']>>>;
  close(): Promise<void>;
}

export async function openParsingSite(): Promise<ParsingSite> {
  const dataDir = await makeDataDir();
  const server = await startServer(dataDir, {
    SHEAF_PARSE_PROCESSES: '1',
    SHEAF_MAX_RUNNING_JOBS_PER_PROJECT: '1',
    SHEAF_EGRESS_ALLOW: '127.0.0.1',
  }).catch(async (error: unknown) => {
    await removeDataDir(dataDir);
    throw error;
  });
  const events: Event[] = [];
  const outside = createServer((request, response) => {
    if (request.method === 'POST') {
      const chunks: Buffer[] = [];
      request.on('data', (chunk: Buffer) => chunks.push(chunk));
      request.on('end', () => {
        events.push(JSON.parse(Buffer.concat(chunks).toString()) as Event);
        response.end();
      });
    } else if (request.url === '/letter.pdf') {
      createReadStream(exampleDocumentPath('letter.pdf')).pipe(response);
    } else response.writeHead(404).end();
  });
  await new Promise<void>((resolve) => outside.listen(0, '127.0.0.1', resolve));
  const answers = checkingFetch();
  const client = new LlamaCloud({
    apiKey: server.apiKey,
    baseURL: server.url,
    fetch: answers.fetch,
    maxRetries: 0,
  });
  return {
    client,
    answers,
    origin: `http://127.0.0.1:${(outside.address() as AddressInfo).port}`,
    events,
    async addFile(name = 'letter.pdf') {
      const file = new File([await exampleDocument(name)], name, { type: 'application/pdf' });
      return client.files.create({ file, purpose: 'parse' });
    },
    finished: (id, query = {}) => client.parsing.waitForCompletion(id, query, QUICK),
    async close() {
      await server.stop();
      await removeDataDir(dataDir);
      outside.closeAllConnections();
      await new Promise((resolve) => outside.close(resolve));
    },
  };
}
