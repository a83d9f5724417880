import LlamaCloud from '@llamaindex/llama-cloud';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { childrenOf, systemProcesses, type SystemProcess } from '../crash/process-tree.ts';
import { exampleDocument } from '../support/example-documents.ts';
import {
  makeDataDir,
  removeDataDir,
  startServer,
  waitUntil,
  type SheafServer,
} from '../support/sheaf-server.ts';

const FILES = 200;
/** Documents at the head of the batch that take no time, so that some are finished when the cancel comes. */
const QUICK = 6;
const AT_ONCE = 4;
const CANCEL_MS = 2_000;
const DEADLINE_MS = 60_000;

let dataDir: string;
let server: SheafServer;
let client: LlamaCloud;

beforeAll(async () => {
  dataDir = await makeDataDir();
  server = await startServer(dataDir, {
    SHEAF_PARSE_PROCESSES: String(AT_ONCE),
    SHEAF_MAX_RUNNING_JOBS_PER_PROJECT: String(AT_ONCE),
    // Files with the same bytes must all be parsed.
    SHEAF_RESULT_CACHE_HOURS: '0',
  });
  client = new LlamaCloud({ apiKey: server.apiKey, baseURL: server.url });
});
afterAll(async () => {
  await server?.stop();
  await removeDataDir(dataDir);
});

/** A batch as Sheaf shows it: with its progress. */
type Progress = {
  progress: { total: number; running: number; completed: number; failed: number; cancelled: number };
};

// What the parse processes are at is read from their titles in /proc.
test.runIf(process.platform === 'linux')(
  'a batch of 200 files of which 4 run ends within 2 seconds of its cancel, and nothing works on it any more',
  async () => {
    const { id } = await client.batches.create({
      source_directory_id: await uploadFiles(),
      config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
    });
    const progress = async () => ((await client.batches.get(id)) as unknown as Progress).progress;
    await waitUntil(
      async () =>
        (await progress()).completed >= QUICK && jobsBeingParsed(childrenOf(server.pid)).length === AT_ONCE,
      DEADLINE_MS,
      'the quick documents to be done and four scans to be parsed',
    );

    const asked = Date.now();
    await client.batches.cancel(id);
    await waitUntil(
      async () => (await client.batches.get(id)).status === 'CANCELLED',
      DEADLINE_MS,
      'the batch to be cancelled',
    );
    const took = Date.now() - asked;
    const worked = jobsBeingParsed(systemProcesses());
    console.log(`cancel: a batch of ${FILES} files with ${AT_ONCE} running ended after ${took} ms`);
    expect(took).toBeLessThan(CANCEL_MS);

    const { results } = await client.batches.get(id, { expand: ['results'] });
    const jobIds = new Set((results ?? []).map((result) => result.job_reference?.id));
    expect(worked.filter((jobId) => jobIds.has(jobId))).toEqual([]);
    const seen = await readResults(results ?? []);
    expect(seen.completed).toBeGreaterThanOrEqual(QUICK);
    expect(seen.completed + seen.cancelled).toBe(FILES);
    expect(await progress()).toMatchObject({ total: FILES, running: 0, failed: 0, ...seen });
  },
);

/** A directory with the quick documents first. @returns its id */
async function uploadFiles(): Promise<string> {
  const { id } = await client.beta.directories.create({ name: 'to be cancelled' });
  const upload = async (name: string, index: number): Promise<void> => {
    const file = new File([await exampleDocument(name)], `${index}-${name}`);
    await client.beta.directories.files.upload(id, { upload_file: file });
  };
  for (let index = 0; index < QUICK; index++) await upload('letter.pdf', index);
  let next = QUICK;
  const work = async (): Promise<void> => {
    while (next < FILES) await upload('scan.pdf', next++);
  };
  await Promise.all([work(), work(), work(), work()]);
  return id;
}

/** The jobs that parse processes among these are at; such a process carries its job in its title. */
function jobsBeingParsed(processes: readonly SystemProcess[]): string[] {
  return processes.flatMap(({ title }) => /^sheaf-parse (pjb-\S+)/.exec(title)?.[1] ?? []);
}

/** Reads every result that is there. @returns how the files ended */
async function readResults(
  results: readonly { job_reference?: { id: string } | null; error_message?: string | null }[],
): Promise<{ completed: number; cancelled: number }> {
  const seen = { completed: 0, cancelled: 0 };
  for (const { job_reference: reference, error_message: message } of results) {
    if (!reference) {
      expect(message).toBeTruthy();
      seen.cancelled += 1;
      continue;
    }
    const { job, markdown } = await client.parsing.get(reference.id, { expand: ['markdown'] });
    if (job.status === 'COMPLETED') {
      seen.completed += 1;
      expect(markdown?.pages.length).toBeGreaterThan(0);
    } else {
      expect(job.status).toBe('CANCELLED');
      seen.cancelled += 1;
    }
  }
  return seen;
}
