import { join } from 'node:path';
import type { ApiClient } from './api-client.ts';
import { createProgress } from './batch/progress.ts';
import { writeResults, type FileResult } from './batch/results.ts';
import { followBatch, resolveConfiguration, uploadFolder } from './batch/run-batch.ts';
import { findSourceFiles } from './batch/source-files.ts';
import { readArguments, UsageError, type Command } from './command.ts';
import { connectToServer } from './server-connection.ts';
import { formatTable } from './table.ts';
import type { WireBatch } from './wire.ts';

const OPTIONS = {
  out: { type: 'string' },
  type: { type: 'string', default: 'parse_v2' },
  config: { type: 'string' },
  server: { type: 'string' },
  'data-dir': { type: 'string' },
} as const;

/** What a shell expects of a command that Ctrl-C ended. */
const EXIT_INTERRUPTED = 130;

/** `sheaf batch`: a folder through a whole batch. */
export const batchCommand: Command = {
  name: 'batch',
  summary: 'run a batch over a folder and write the results',
  usage: `Usage: sheaf batch FOLDER [--out DIR] [--config ID|FILE] [--type parse_v2|extract_v2] [--server URL]

  --out DIR        where results go (./sheaf-out/<batch id>): FILE.md and FILE.json for each file (FILE.json for
                   extract_v2), and results.jsonl with one line for each
  --config ID      a saved or built-in configuration (cfg-PARSE_AGENTIC)
  --config FILE    a JSON file with a configuration's parameters, or with the schema of what is to be extracted
  --type TYPE      the job to run over every file (parse_v2)
  --server URL     a running server (SHEAF_SERVER), with its key in SHEAF_API_KEY;
                   without it, a server is started on the data directory for this command
  --data-dir DIR   database, files and results (SHEAF_DATA_DIR, ./.sheaf)

The exit code is 1 when a file failed, and 130 when Ctrl-C cancelled the batch.`,

  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    const [folder, ...others] = positionals;
    if (folder === undefined || others.length > 0) throw new UsageError('name one folder');
    if (values.type !== 'parse_v2' && values.type !== 'extract_v2') {
      throw new UsageError(`--type must be parse_v2 or extract_v2, not ${values.type}`);
    }
    const files = await findSourceFiles(folder).catch((error: unknown) => {
      throw new UsageError(
        `${folder} cannot be read: ${error instanceof Error ? error.message : String(error)}`,
      );
    });
    if (files.length === 0) throw new UsageError(`${folder} holds no files`);

    const interrupt = onInterrupt();
    const connection = await connectToServer(environment, {
      server: values.server,
      dataDir: values['data-dir'],
      role: 'all',
    });
    const progress = createProgress(process.stdout);
    try {
      const { client } = connection;
      const configurationId = await resolveConfiguration(client, values.type, values.config);
      const { directoryId, names } = await uploadFolder(client, folder, files, progress, interrupt);
      progress.end();
      const created = await client.post<WireBatch>('/api/v2/batches', {
        source_directory_id: directoryId,
        config: { job: { type: values.type, configuration_id: configurationId } },
      });
      console.log(`Batch ${created.id}: ${created.progress.total} files with ${configurationId}`);
      const batch = await followBatch(client, created.id, progress, interrupt);
      progress.end();
      return await report(client, batch, names, values.out ?? join('sheaf-out', batch.id));
    } catch (error) {
      if (!interrupt.aborted) throw error;
      console.error('Stopped before the batch was created.');
      return EXIT_INTERRUPTED;
    } finally {
      await connection.close();
    }
  },
};

async function report(
  client: ApiClient,
  batch: WireBatch,
  names: ReadonlyMap<string, string>,
  outputDir: string,
): Promise<number> {
  const results = await writeResults(client, batch, names, outputDir);
  const rows = results.map((result) => [
    result.file,
    result.status,
    result.pages === null ? '' : String(result.pages),
    result.seconds === null ? '' : `${result.seconds.toFixed(2)} s`,
  ]);
  console.log(`\n${formatTable(['file', 'status', 'pages', 'time'], rows)}\n`);
  for (const result of results) {
    if (result.status !== 'COMPLETED') console.log(`${result.file}: ${result.error ?? result.status}`);
  }
  console.log(`${summarise(batch, results)}\nResults are in ${outputDir}`);
  if (batch.status === 'CANCELLED') return EXIT_INTERRUPTED;
  return results.some((result) => result.status !== 'COMPLETED') ? 1 : 0;
}

function summarise(batch: WireBatch, results: readonly FileResult[]): string {
  const { completed, failed, cancelled, pages } = batch.progress;
  const seconds =
    batch.started_at && batch.finished_at
      ? (Date.parse(batch.finished_at) - Date.parse(batch.started_at)) / 1000
      : undefined;
  const counts = [`${completed} of ${results.length} files completed`];
  if (failed > 0) counts.push(`${failed} failed`);
  if (cancelled > 0) counts.push(`${cancelled} cancelled`);
  counts.push(`${pages} pages${seconds === undefined ? '' : ` in ${seconds.toFixed(1)} s`}`);
  return `${batch.status}: ${counts.join(', ')}.`;
}

/** The first Ctrl-C asks to stop; the second ends the process at once. */
function onInterrupt(): AbortSignal {
  const controller = new AbortController();
  process.once('SIGINT', () => {
    console.error('\nStopping; Ctrl-C again to leave at once.');
    controller.abort();
    process.once('SIGINT', () => process.exit(EXIT_INTERRUPTED));
  });
  return controller.signal;
}
