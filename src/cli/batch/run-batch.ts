import { createHash } from 'node:crypto';
import { openAsBlob } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { ApiError, type ApiClient } from '../api-client.ts';
import { UsageError } from '../command.ts';
import type { WireBatch } from '../wire.ts';
import { inParallel } from './in-parallel.ts';
import type { Progress } from './progress.ts';
import type { SourceFile } from './source-files.ts';

const UPLOADS_AT_A_TIME = 4;
const POLL_MS = 500;

/** Uploads files into a new ephemeral directory. @returns its id and the files' names by directory file id */
export async function uploadFolder(
  client: ApiClient,
  folder: string,
  files: readonly SourceFile[],
  progress: Progress,
  signal: AbortSignal,
): Promise<{ directoryId: string; names: Map<string, string> }> {
  const directory = await client.post<{ id: string }>('/api/v1/beta/directories', {
    name: basename(resolve(folder)),
    type: 'ephemeral',
  });
  const names = new Map<string, string>();
  const path = `/api/v1/beta/directories/${encodeURIComponent(directory.id)}/files/upload`;
  await inParallel(files, UPLOADS_AT_A_TIME, async (file) => {
    signal.throwIfAborted();
    const form = new FormData();
    form.append('display_name', file.name);
    form.append('unique_id', file.name);
    form.append('upload_file', await openAsBlob(file.path), basename(file.path));
    const added = await client.upload<{ id: string }>(path, form);
    names.set(added.id, file.name);
    progress.upload(names.size, files.length);
  });
  return { directoryId: directory.id, names };
}

/**
 * The configuration to use: an id as it is, or a JSON file of parameters that is saved under a name made from its
 * content, so that the same file is the same configuration.
 */
export async function resolveConfiguration(
  client: ApiClient,
  jobType: string,
  wish: string | undefined,
): Promise<string> {
  if (wish === undefined) {
    if (jobType === 'parse_v2') return 'cfg-PARSE_AGENTIC';
    throw new UsageError(
      `--type ${jobType} needs --config: a saved configuration's id, or a JSON file with its parameters or its schema`,
    );
  }
  if (wish.startsWith('cfg-')) return wish;
  const text = await readFile(wish, 'utf8');
  const read = parseParameters(wish, text);
  // A bare schema says all that an extraction must be told.
  const isSchema = jobType === 'extract_v2' && !('data_schema' in read) && read['type'] === 'object';
  const parameters = isSchema ? { data_schema: read } : read;
  const name = `${basename(wish)} ${createHash('sha256').update(text).digest('hex').slice(0, 12)}`;
  const saved = await client.post<{ id: string }>('/api/v1/beta/configurations', {
    name,
    parameters: { ...defaultsOf(jobType), ...parameters, product_type: jobType },
  });
  return saved.id;
}

/** What a file of parameters may leave out. */
function defaultsOf(jobType: string): Record<string, unknown> {
  return jobType === 'parse_v2' ? { tier: 'agentic', version: 'latest' } : {};
}

function parseParameters(path: string, text: string): Record<string, unknown> {
  try {
    const parameters: unknown = JSON.parse(text);
    if (typeof parameters === 'object' && parameters !== null && !Array.isArray(parameters)) {
      return parameters as Record<string, unknown>;
    }
  } catch {
    // Told below.
  }
  throw new UsageError(
    `--config ${path} must be a configuration's id or a file with a JSON object of parameters`,
  );
}

/**
 * Follows a batch to its end.
 * @param signal cancels the batch; it is still followed until it has stopped
 */
export async function followBatch(
  client: ApiClient,
  id: string,
  progress: Progress,
  signal: AbortSignal,
): Promise<WireBatch> {
  const path = `/api/v2/batches/${encodeURIComponent(id)}`;
  let cancelled = false;
  for (;;) {
    const batch = await client.get<WireBatch>(path);
    progress.batch(batch);
    if (batch.finished_at !== null) return client.get<WireBatch>(path, { expand: 'results' });
    if (signal.aborted && !cancelled) {
      cancelled = true;
      await client.post(`${path}/cancel`).catch(ignoreTooLate);
      continue;
    }
    await pause(POLL_MS, cancelled ? undefined : signal);
  }
}

/** A batch that has just ended cannot be cancelled any more; its results are as good as ever. */
function ignoreTooLate(error: unknown): void {
  if (!(error instanceof ApiError) || error.status !== 400) throw error;
}

/** Waits, but not longer than until the signal. */
async function pause(ms: number, signal: AbortSignal | undefined): Promise<void> {
  await setTimeout(ms, undefined, signal ? { signal } : {}).catch(() => undefined);
}
