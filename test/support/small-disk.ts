import { spawnSync } from 'node:child_process';
import { chmodSync, closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A file system of its own with little room, so that it can be filled without harm to others. */
export interface SmallDisk extends AsyncDisposable {
  readonly path: string;
  /** Takes all the room that is left, but for so many bytes. */
  fill(leaveBytes?: number): void;
  /** Gives back what {@link fill} has taken. */
  free(): void;
}

/** Why tests of full disks are skipped, for their names; empty where they run. */
export const DISK_SKIPPED = mayMount() ? '' : ' (skipped: a small disk can only be mounted by root on Linux)';

const BLOCK = Buffer.alloc(64 * 1024);

/** @throws where {@link DISK_SKIPPED} says why */
export function mountSmallDisk(megabytes: number): SmallDisk {
  const path = mkdtempSync(join(tmpdir(), 'sheaf-disk-'));
  mount(path, megabytes);
  // The database's user has to pass.
  chmodSync(path, 0o755);
  const filler = join(path, 'filler');
  return {
    path,
    fill(leaveBytes = 0) {
      const file = openSync(filler, 'a');
      const spare = join(path, 'spare');
      const reserve = openSync(spare, 'w');
      for (let left = leaveBytes; left > 0; left -= BLOCK.length) writeSync(reserve, BLOCK, 0, BLOCK.length);
      fillUp(file);
      closeSync(file);
      closeSync(reserve);
      rmSync(spare);
    },
    free: () => rmSync(filler, { force: true }),
    async [Symbol.asyncDispose]() {
      // Whoever still has a file open there is on the way out.
      spawnSync('umount', ['--lazy', path]);
      rmSync(path, { recursive: true, force: true });
    },
  };
}

/** By blocks first, then by single bytes: the last one too is taken. */
function fillUp(file: number): void {
  for (const size of [BLOCK.length, 1]) {
    try {
      for (;;) writeSync(file, BLOCK, 0, size);
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
    }
  }
}

function mount(path: string, megabytes: number): void {
  const run = spawnSync('mount', ['-t', 'tmpfs', '-o', `size=${megabytes}m`, 'tmpfs', path]);
  if (run.status !== 0) throw new Error(`mount: ${run.error?.message ?? run.stderr.toString()}`);
}

function mayMount(): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  const path = mkdtempSync(join(tmpdir(), 'sheaf-disk-'));
  try {
    mount(path, 1);
    spawnSync('umount', [path]);
    return true;
  } catch {
    return false;
  } finally {
    rmSync(path, { recursive: true, force: true });
  }
}
