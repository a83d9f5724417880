import { openAsBlob } from 'node:fs';
import { basename } from 'node:path';
import { inParallel } from '../src/cli/batch/in-parallel.ts';

/** A batch as far as benches read it. */
export interface BenchBatch {
  readonly id: string;
  readonly status: string;
  readonly created_at: string;
  readonly finished_at: string | null;
  readonly progress: {
    readonly total: number;
    readonly completed: number;
    readonly failed: number;
    readonly pages: number;
  };
}

/** What a bench asks of a server, over plain HTTP: a client library's own time must not be measured. */
export interface BatchClient {
  get<T>(path: string): Promise<T>;
  /** Puts the files into a new directory. @returns its id */
  upload(paths: readonly string[]): Promise<string>;
  /** Starts a batch over the directory. @param parameters of `parse_v2`, saved as a configuration; or a configuration's id */
  start(directoryId: string, parameters: Record<string, unknown> | string): Promise<BenchBatch>;
  /** Waits for its end. */
  ended(id: string): Promise<BenchBatch>;
}

export function openBatchClient(server: { readonly url: string; readonly apiKey: string }): BatchClient {
  const call = async <T>(path: string, init: RequestInit = {}): Promise<T> => {
    const headers = new Headers(init.headers);
    headers.set('authorization', `Bearer ${server.apiKey}`);
    const response = await fetch(`${server.url}${path}`, { ...init, headers });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return (await response.json()) as T;
  };
  const post = <T>(path: string, body: unknown): Promise<T> =>
    call(path, {
      method: 'POST',
      body: JSON.stringify(body),
      headers: { 'content-type': 'application/json' },
    });

  return {
    get: (path) => call(path),

    async upload(paths) {
      const directory = await post<{ id: string }>('/api/v1/beta/directories', {
        name: 'bench',
        type: 'ephemeral',
      });
      await inParallel(paths, 8, async (path) => {
        const form = new FormData();
        form.append('upload_file', await openAsBlob(path), basename(path));
        await call(`/api/v1/beta/directories/${directory.id}/files/upload`, { method: 'POST', body: form });
      });
      return directory.id;
    },

    async start(directoryId, parameters) {
      const configurationId =
        typeof parameters === 'string'
          ? parameters
          : (
              await post<{ id: string }>('/api/v1/beta/configurations', {
                name: `bench ${directoryId}`,
                parameters: { product_type: 'parse_v2', ...parameters },
              })
            ).id;
      return post('/api/v2/batches', {
        source_directory_id: directoryId,
        config: { job: { type: 'parse_v2', configuration_id: configurationId } },
      });
    },

    async ended(id) {
      for (;;) {
        const batch = await call<BenchBatch>(`/api/v2/batches/${id}`);
        if (batch.finished_at !== null) return batch;
        await new Promise((resolve) => setTimeout(resolve, 200));
      }
    },
  };
}
