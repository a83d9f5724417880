import { randomBytes } from 'node:crypto';
import { linkSync, readFileSync, renameSync, rmSync, statSync } from 'node:fs';
import { join } from 'node:path';
import {
  commandWords,
  idIsTaken,
  isRunning,
  processesWorkingIn,
  programName,
  workingDirectory,
} from './process-table.ts';

/**
 * What `postmaster.pid` is worth. PostgreSQL writes its process id there and refuses to start while that id is
 * taken, even by an unrelated program after a reboot. Sheaf believes only a process that is PostgreSQL and works
 * in this very cluster.
 *
 * - `absent`: no file, or one that PostgreSQL itself will see through
 * - `ours`: this cluster's server runs under `pid`
 * - `stale`: the file is in the way of a start and no server stands behind it
 * - `unsure`: nothing can be said yet, so wait
 */
export type PostmasterFile =
  | { readonly kind: 'absent' }
  | { readonly kind: 'ours'; readonly pid: number }
  | { readonly kind: 'stale'; readonly text: string }
  | { readonly kind: 'unsure' };

/** PostgreSQL creates the file empty and fills it at once; one that stays empty is left from a power cut. */
const EMPTY_FILE_GRACE_MS = 5000;

/** Reads and judges the file. @param cluster absolute path without symbolic links */
export function inspectPostmasterFile(cluster: string): PostmasterFile {
  const file = join(cluster, 'postmaster.pid');
  let text: string;
  let ageMs: number;
  try {
    text = readFileSync(file, 'utf8');
    ageMs = Date.now() - statSync(file).mtimeMs;
  } catch {
    return { kind: 'absent' };
  }
  const pid = Math.abs(Number.parseInt(text, 10));
  if (!pid) {
    if (ageMs < EMPTY_FILE_GRACE_MS) return { kind: 'unsure' };
    return processesWorkingIn(cluster).length > 0 ? { kind: 'unsure' } : { kind: 'stale', text };
  }
  return judge(pid, text, cluster);
}

function judge(pid: number, text: string, cluster: string): PostmasterFile {
  if (isRunning(pid)) {
    const name = programName(pid);
    // Windows: PostgreSQL asks the process itself and does not mistake another for its own.
    if (process.platform === 'win32') return { kind: 'absent' };
    if (name === undefined) return { kind: 'unsure' };
    if (name.startsWith('postgres') && serves(pid, cluster)) return { kind: 'ours', pid };
  } else if (!idIsTaken(pid)) {
    return { kind: 'absent' };
  }
  // Another program, or a zombie. Backends that outlive their postmaster still hold the data: let them finish.
  return processesWorkingIn(cluster).length > 0 ? { kind: 'unsure' } : { kind: 'stale', text };
}

/**
 * Whether a PostgreSQL process serves this cluster. Its working directory says so; in a container without the
 * capability SYS_PTRACE (Docker's default) not even root may read another account's, but everyone may read the words
 * it was started with.
 */
function serves(pid: number, cluster: string): boolean {
  const directory = workingDirectory(pid);
  if (directory !== undefined) return directory === cluster;
  const words = commandWords(pid) ?? [];
  return words[words.indexOf('-D') + 1] === cluster;
}

/**
 * Removes a stale file, and only that one: it is moved aside first, and put back if a server that started
 * meanwhile has written its own.
 */
export function removeStalePostmasterFile(cluster: string, text: string): void {
  const file = join(cluster, 'postmaster.pid');
  const aside = join(cluster, `postmaster.pid.stale-${randomBytes(6).toString('hex')}`);
  try {
    renameSync(file, aside);
  } catch {
    return; // another Sheaf was faster
  }
  if (readFileSync(aside, 'utf8') !== text) linkSync(aside, file);
  rmSync(aside);
}
