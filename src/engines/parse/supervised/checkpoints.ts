import { createHash } from 'node:crypto';
import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';

/** What an unfinished document left is kept for this long; a job that comes back later begins anew. */
const LIFETIME_MS = 24 * 60 * 60 * 1000;

/** Where the slices of unfinished documents lie: one directory for each job and engine version. */
export class Checkpoints {
  readonly #root: string;
  readonly #version: string;

  /** @param version of the engine: slices of another one would not fit together */
  constructor(root: string, version: string) {
    this.#root = root;
    this.#version = createHash('sha256').update(version).digest('hex').slice(0, 12);
  }

  directory(jobId: string): string {
    return join(this.#root, `${jobId.replaceAll(/[^\w-]/g, '_')}-${this.#version}`);
  }

  /** The job has ended. Never throws: what stays is removed when it is old. */
  async remove(jobId: string): Promise<void> {
    await rm(this.directory(jobId), { recursive: true, force: true }).catch(() => {});
  }

  /** Removes what jobs left that never came back. */
  async removeOld(now = Date.now()): Promise<void> {
    for (const name of await readdir(this.#root).catch(() => [])) {
      const path = join(this.#root, name);
      const found = await stat(path).catch(() => undefined);
      if (found && now - found.mtimeMs > LIFETIME_MS)
        await rm(path, { recursive: true, force: true }).catch(() => {});
    }
  }
}
