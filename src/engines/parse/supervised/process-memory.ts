import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Resident bytes of a process; undefined when it is gone or cannot be asked. On Linux this takes microseconds. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  return process.platform === 'linux' ? residentOnLinux(pid) : residentByPs(pid);
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

function residentByPs(pid: number): Promise<number | undefined> {
  if (process.platform === 'win32') return Promise.resolve(undefined);
  return new Promise((resolve) => {
    execFile('ps', ['-o', 'rss=', '-p', String(pid)], { timeout: 5_000 }, (error, stdout) => {
      const kilobytes = Number(stdout.trim());
      resolve(error || !Number.isFinite(kilobytes) || kilobytes === 0 ? undefined : kilobytes * 1024);
    });
  });
}

/**
 * Second line behind the watch, for an allocation faster than its interval: the kernel refuses data beyond
 * `bytes` and the process aborts. Where `prlimit` is missing, the watch stands alone.
 */
export function limitData(pid: number, bytes: number): void {
  if (process.platform !== 'linux') return;
  execFile('prlimit', [`--pid=${pid}`, `--data=${Math.ceil(bytes)}`], { timeout: 5_000 }, () => {});
}
