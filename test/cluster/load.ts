import type LlamaCloud from '@llamaindex/llama-cloud';
import { openAdministration } from '../../src/app/sessions.ts';
import { loadConfig } from '../../src/config.ts';
import { createBatch, isTerminal, uploadDirectory, type Source } from '../crash/batch-requests.ts';
import { countingClient, isRefusal } from '../crash/counting-client.ts';
import { openLedger, type Load } from '../crash/ledger.ts';
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
  readonly source: Source;
}

/** Makes projects with keys, and uploads their documents; then everything is ready for {@link Load.start}. */
export async function prepareClusterLoad(site: ClusterSite, size: ClusterLoadSize): Promise<Load> {
  const ledger = openLedger();
  const names = Array.from(
    { length: size.filesPerBatch },
    (_, index) => DOCUMENTS[index % DOCUMENTS.length] ?? '',
  );
  const keys = await makeKeys(site, size.projects);
  const tenants = await Promise.all(
    keys.map(async (key): Promise<Tenant> => {
      const client = countingClient(site.apis, key, ledger);
      return { client, source: await uploadDirectory(client, names, UPLOADS_AT_ONCE) };
    }),
  );
  let open = 0;
  let running: Promise<unknown> = Promise.resolve();

  const runOne = async ({ client, source }: Tenant): Promise<void> => {
    open += 1;
    try {
      const id = await createBatch(client, source, site.receiver.url, ledger);
      if (id !== undefined) await untilEnded(client, id);
    } catch (error) {
      if (isRefusal(error)) ledger.wrongs.push(`a batch was not shown: ${String(error)}`);
    } finally {
      open -= 1;
    }
  };

  return {
    ...ledger,
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

async function untilEnded(client: LlamaCloud, id: string): Promise<void> {
  for (;;) {
    const { status } = await client.batches.get(id);
    if (isTerminal(status)) return;
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}
