import { call, send } from './client.ts';
import { ApiError, messageOf } from './errors.ts';
import type { Batch, Configuration, Directory } from './wire.ts';

/** What `POST /api/v2/batches/check` answers; an addition of Sheaf, see docs/additions.md. */
export interface BatchCheck {
  readonly total_files: number;
  readonly checked_files: number;
  readonly will_fail: number;
  readonly warnings: number;
  readonly total_bytes: number;
  readonly problems: readonly CheckProblem[];
}

export interface CheckProblem {
  readonly directory_file_id: string;
  readonly display_name: string;
  readonly verdict: 'will_fail' | 'warning';
  readonly message: string;
}

export interface BatchWish {
  readonly directoryId: string;
  readonly configuration: { readonly id: string; readonly product: string };
}

const bodyOf = ({ directoryId, configuration }: BatchWish) => ({
  source_directory_id: directoryId,
  config: { job: { type: configuration.product, configuration_id: configuration.id } },
});

export const checkBatch = (wish: BatchWish) =>
  call<BatchCheck>('/api/v2/batches/check', { method: 'POST', body: bodyOf(wish) });

export const createBatch = (wish: BatchWish) =>
  call<Batch>('/api/v2/batches', { method: 'POST', body: bodyOf(wish) });

export const createDirectory = (name: string) =>
  call<Directory>('/api/v1/beta/directories', { method: 'POST', body: { name } });

export const saveConfiguration = (name: string, parameters: unknown) =>
  call<Configuration>('/api/v1/beta/configurations', { method: 'POST', body: { name, parameters } });

const MAX_DELETED_AT_ONCE = 100;

/** Takes files out of a directory. */
export async function removeFiles(directoryId: string, ids: readonly string[]): Promise<void> {
  for (let start = 0; start < ids.length; start += MAX_DELETED_AT_ONCE) {
    await send(`/api/v1/beta/directories/${directoryId}/files/bulk-delete`, {
      method: 'POST',
      body: { directory_file_ids: ids.slice(start, start + MAX_DELETED_AT_ONCE) },
    });
  }
}

const UPLOADS_AT_ONCE = 4;
const MAX_TRIES = 4;

interface UploadOptions {
  readonly signal: AbortSignal;
  /** Called after each file with how many are up. */
  readonly onProgress: (done: number) => void;
}

/**
 * Uploads files into a directory, a few at a time.
 * @returns what the server refused, by path
 */
export async function uploadFiles(
  directoryId: string,
  files: readonly { readonly path: string; readonly file: File }[],
  { signal, onProgress }: UploadOptions,
): Promise<{ path: string; problem: string }[]> {
  const refused: { path: string; problem: string }[] = [];
  const waiting = [...files];
  let done = 0;
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const { path } = next;
      await uploadFile(directoryId, next, signal).catch((error: unknown) => {
        signal.throwIfAborted();
        refused.push({ path, problem: messageOf(error) });
      });
      done += 1;
      onProgress(done);
    }
  };
  await Promise.all(Array.from({ length: UPLOADS_AT_ONCE }, work));
  return refused;
}

async function uploadFile(
  directoryId: string,
  { path, file }: { readonly path: string; readonly file: File },
  signal: AbortSignal,
): Promise<void> {
  for (let attempt = 1; ; attempt += 1) {
    const body = new FormData();
    body.append('display_name', path);
    body.append('unique_id', path);
    body.append('upload_file', file, file.name);
    try {
      await send(`/api/v1/beta/directories/${directoryId}/files/upload`, { method: 'POST', body, signal });
      return;
    } catch (error) {
      signal.throwIfAborted();
      // The answer to an earlier try was lost, but the file is there.
      if (attempt > 1 && error instanceof ApiError && /unique_id/.test(error.message)) return;
      const final = error instanceof ApiError && !error.temporary;
      if (final || attempt === MAX_TRIES) throw error;
      await new Promise((resolve) => setTimeout(resolve, 500 * 2 ** attempt));
    }
  }
}
