import type LlamaCloud from '@llamaindex/llama-cloud';
import { openAdministration } from '../../src/app/sessions.ts';
import { loadConfig } from '../../src/config.ts';
import { countingClient, isRefusal } from '../crash/counting-client.ts';
import type { AcknowledgedBatch, Load, LoadCounts } from '../crash/load.ts';
import { exampleDocument } from '../support/example-documents.ts';
import type { ClusterSite } from './site.ts';

export interface ClusterLoadSize {
  readonly projects: number;
  readonly batchesPerProject: number;
  readonly filesPerBatch: number;
}

/** One in twenty cannot be read, on purpose; one in twenty is a picture, which takes its time. */
const DOCUMENTS = (
  'letter invoice form statement two-columns report slides letter invoice form statement two-columns languages letter ' +
  'invoice form letter statement'
)
  .split(' ')
  .map((name) => `${name}.pdf`)
  .concat('label.webp', 'broken.pdf');
const UPLOADS_AT_ONCE = 4;
const POLL_MS = 250;

/** A client of a project of its own, and the directory over which its batches run. */
interface Tenant {
  readonly client: LlamaCloud;
  readonly directoryId: string;
}

/** Makes projects with keys, and uploads their documents; then everything is ready for {@link Load.start}. */
export async function prepareClusterLoad(site: ClusterSite, size: ClusterLoadSize): Promise<Load> {
  const counts: LoadCounts = { creates: 0, unanswered: 0, cancels: 0, refusedCancels: 0, retries: 0 };
  const answers = new Map<number, number>();
  const wrongs: string[] = [];
  const acknowledged: AcknowledgedBatch[] = [];
  const keys = await makeKeys(site, size.projects);
  const tenants = await Promise.all(
    keys.map(async (key): Promise<Tenant> => {
      const client = countingClient(site.apis, key, { counts, answers, wrongs });
      return { client, directoryId: await upload(client, size.filesPerBatch) };
    }),
  );
  let open = 0;
  let running: Promise<unknown> = Promise.resolve();

  const runOne = async ({ client, directoryId }: Tenant): Promise<void> => {
    counts.creates += 1;
    const marker = `${site.receiver.url}/${counts.creates}`;
    open += 1;
    try {
      const { id } = await client.batches.create({
        source_directory_id: directoryId,
        config: { job: { type: 'parse_v2', configuration_id: 'cfg-PARSE_AGENTIC' } },
        webhook_configurations: [{ webhook_url: marker }],
      });
      acknowledged.push({ id, marker, files: size.filesPerBatch, client });
      await untilEnded(client, id);
    } catch (error) {
      counts.unanswered += 1;
      if (isRefusal(error)) wrongs.push(`a request was refused: ${String(error)}`);
    } finally {
      open -= 1;
    }
  };

  return {
    acknowledged,
    counts,
    answers,
    wrongs,
    get open() {
      return open;
    },
    start() {
      running = Promise.all(
        tenants.flatMap((tenant) => Array.from({ length: size.batchesPerProject }, () => runOne(tenant))),
      );
    },
    async stop() {
      await running;
    },
  };
}

async function makeKeys(site: ClusterSite, projects: number): Promise<string[]> {
  const config = loadConfig({
    SHEAF_DATABASE_URL: site.databaseUrl,
    SHEAF_DATA_DIR: site.logDir,
    SHEAF_LOG_LEVEL: 'silent',
  });
  const session = await openAdministration(config);
  const { administration } = session;
  try {
    const keys: string[] = [];
    for (let number = 1; number <= projects; number += 1) {
      const project = `project ${number}`;
      await administration.createProject({ name: project });
      keys.push((await administration.createKey({ project, name: 'cluster test' })).key);
    }
    return keys;
  } finally {
    await session.close();
  }
}

async function upload(client: LlamaCloud, files: number): Promise<string> {
  const { id } = await client.beta.directories.create({ name: `${files} files` });
  let next = 0;
  const work = async (): Promise<void> => {
    for (let index = next++; index < files; index = next++) {
      const name = DOCUMENTS[index % DOCUMENTS.length] ?? '';
      const file = new File([await exampleDocument(name)], `${index}-${name}`);
      await client.beta.directories.files.upload(id, { upload_file: file });
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, work));
  return id;
}

async function untilEnded(client: LlamaCloud, id: string): Promise<void> {
  for (;;) {
    const { status } = await client.batches.get(id);
    if (status === 'COMPLETED' || status === 'FAILED' || status === 'CANCELLED') return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
