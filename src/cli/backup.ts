import { backUp } from '../app/backup.ts';
import { restore } from '../app/restore.ts';
import { loadConfig, type Config } from '../config.ts';
import { printJson } from './administration.ts';
import { readArguments, UsageError, type Command } from './command.ts';

const OPTIONS = { 'data-dir': { type: 'string' }, json: { type: 'boolean', default: false } } as const;

/** `sheaf backup`: everything of an embedded database, as one file. */
export const backupCommand: Command = {
  name: 'backup',
  summary: 'write database, files and results into one file',
  usage: `Usage: sheaf backup FILE|DIR [--data-dir DIR] [--json]

  --data-dir DIR   database, files and results (SHEAF_DATA_DIR, ./.sheaf)
  --json           for machines

Works beside a running server and without one. The file is as of one moment, holds every secret, and can be read by its
owner alone. In a directory it gets a name with the time. docs/operations.md says more.`,

  async run(args, environment) {
    const { config, words, json } = readWords(args, environment, 'a file or directory to write to');
    const report = await untilInterrupted((signal) => backUp(config, words, signal));
    if (json) printJson(report);
    else
      console.log(
        `${report.file}: ${report.tables} tables, ${report.blobs} blobs of ${shownBytes(report.blobBytes)}, ` +
          `${shownBytes(report.bytes)} together`,
      );
    if (report.missing.length > 0)
      console.error(
        `${report.missing.length} blobs that rows point to are not in the store, and so not in the backup: ` +
          report.missing.slice(0, 5).join(', '),
      );
    return 0;
  },
};

/** `sheaf restore`: such a file, into an empty data directory. */
export const restoreCommand: Command = {
  name: 'restore',
  summary: 'put a backup into an empty data directory',
  usage: `Usage: sheaf restore FILE [--data-dir DIR] [--json]

  --data-dir DIR   where it goes: a directory that is empty or not there yet (SHEAF_DATA_DIR, ./.sheaf)
  --json           for machines

Everything is compared with its hash. A restore that fails leaves the directory empty. What ran when the backup was made
runs again with the next start; events that were not delivered then are delivered, some perhaps twice with the same id.`,

  async run(args, environment) {
    const { config, words, json } = readWords(args, environment, 'the backup');
    const report = await untilInterrupted((signal) => restore(config, words, signal));
    const { manifest, blobs, blobBytes, runAgain } = report;
    if (json) {
      printJson({ ...report, manifest: { program: manifest.program, createdAt: manifest.createdAt } });
      return 0;
    }
    console.log(
      `${config.dataDir} is as of ${manifest.createdAt}, with ${blobs} blobs of ${shownBytes(blobBytes)}. ` +
        `${runAgain} jobs that ran then will run again with the next start.`,
    );
    return 0;
  },
};

function readWords(args: readonly string[], environment: NodeJS.ProcessEnv, what: string) {
  const { values, positionals } = readArguments(args, OPTIONS);
  const [words, unexpected] = positionals;
  if (words === undefined) throw new UsageError(`say ${what}`);
  if (unexpected !== undefined) throw new UsageError(`unexpected ${JSON.stringify(unexpected)}`);
  const dataDir = values['data-dir'];
  const config: Config = loadConfig(
    { SHEAF_LOG_LEVEL: 'warn', ...environment },
    dataDir === undefined ? {} : { dataDir },
  );
  return { config, words, json: values.json };
}

/** Does some work that a signal ends cleanly; a second one ends the process. */
async function untilInterrupted<T>(work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const controller = new AbortController();
  const stop = (): void => controller.abort(new Error('Interrupted: nothing was left behind.'));
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, stop);
  try {
    return await work(controller.signal);
  } finally {
    for (const signal of ['SIGINT', 'SIGTERM'] as const) process.off(signal, stop);
  }
}

function shownBytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(1)} MB`;
}
