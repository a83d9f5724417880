import { randomUUID } from 'node:crypto';
import { mkdir, readdir, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { join } from 'node:path';
import { PID_PLACE, processStart, START_UNKNOWN } from '../process-place.ts';

/** How often a process says that its directory is in use. */
const TOUCH_MS = 60_000;
/** A directory that was not touched for so long has been left, wherever its process was. */
const LEFT_AFTER_MS = 3_600_000;

/** A directory of this process alone, below `tmp/<host>/` of a directory that many processes may share. */
export interface TemporaryDirectory {
  readonly path: string;
  /** Removes those that dead processes have left. @returns how many */
  removeLeftovers(): Promise<number>;
  /** Removes it. Safe to call twice. */
  close(): Promise<void>;
}

/**
 * Makes one, and keeps touching it: by that, processes elsewhere know that it is in use. Its name says whose it is to
 * those who can judge by the pid.
 */
export async function openTemporaryDirectory(shared: string): Promise<TemporaryDirectory> {
  const root = join(shared, 'tmp');
  const owner = [process.pid, processStart(process.pid) ?? START_UNKNOWN, PID_PLACE, randomUUID()];
  const path = join(root, encodeURIComponent(hostname()), owner.join('.'));
  await mkdir(path, { recursive: true, mode: 0o700 });
  await removeLeftovers(root);

  let isClosed = false;
  let touching: Promise<void> | undefined;
  const timer = setInterval(() => {
    // A disk that does not answer or is full is found out by whoever writes next.
    if (!isClosed)
      touching ??= touch(path)
        .catch(() => undefined)
        .finally(() => (touching = undefined));
  }, TOUCH_MS).unref();

  return {
    path,
    removeLeftovers: () => removeLeftovers(root),
    async close() {
      isClosed = true;
      clearInterval(timer);
      await touching;
      await rm(path, { recursive: true, force: true });
    },
  };
}

/** One that was taken for left, because its machine slept, is made anew. */
async function touch(path: string): Promise<void> {
  const now = new Date();
  await utimes(path, now, now).catch(() => mkdir(path, { recursive: true, mode: 0o700 }));
}

async function removeLeftovers(root: string): Promise<number> {
  let removed = 0;
  for (const host of await readdir(root)) {
    for (const name of await namesIn(join(root, host))) {
      const path = join(root, host, name);
      if (!(await isLeft(path, name))) continue;
      await rm(path, { recursive: true, force: true });
      removed += 1;
    }
  }
  return removed;
}

/** Judged by the pid where that means the same as here, else by the time of the last touch. */
async function isLeft(path: string, name: string): Promise<boolean> {
  const [pid, started, place] = name.split('.');
  if (place === PID_PLACE) {
    if (processStart(Number(pid)) !== started) return true;
    if (started !== START_UNKNOWN) return false;
  }
  const touched = await stat(path).catch(() => undefined);
  return touched !== undefined && touched.mtimeMs < Date.now() - LEFT_AFTER_MS;
}

async function namesIn(directory: string): Promise<string[]> {
  // Something that is no directory is none of ours.
  return readdir(directory).catch(() => []);
}
