import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { listTree, processTree } from './process-tree.ts';

/**
 * Resident bytes of a process and of all that it started, such as an office program; undefined when it is gone or cannot
 * be asked. Memory that they share counts for each. On Linux this takes a fraction of a millisecond.
 */
export async function residentBytes(pid: number): Promise<number | undefined> {
  if (process.platform === 'win32') return undefined;
  const members =
    process.platform === 'linux'
      ? processTree(pid).map(residentOnLinux)
      : (await listTree(pid)).map((member) => member.residentBytes);
  const total = members.reduce<number>((sum, bytes) => sum + (bytes ?? 0), 0);
  return total === 0 ? undefined : total;
}

/** `status` rather than `statm`: it counts in kilobytes, whatever the size of the kernel's pages. */
function residentOnLinux(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

/**
 * Second line behind the watch, for an allocation faster than its interval: the kernel refuses data beyond
 * `bytes` and the process aborts; what it starts later inherits that. Where `prlimit` is missing, the watch stands alone.
 */
export function limitData(pid: number, bytes: number): void {
  if (process.platform !== 'linux') return;
  execFile('prlimit', [`--pid=${pid}`, `--data=${Math.ceil(bytes)}`], { timeout: 5_000 }, () => {});
}
