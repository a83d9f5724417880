import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';

/** Bytes of a page on every Linux that Node's binaries are built for, except arm64 kernels with large pages. */
const PAGE_BYTES = 4096;

/** Resident bytes of a process; undefined when it is gone or cannot be asked. On Linux this takes microseconds. */
export async function residentBytes(pid: number): Promise<number | undefined> {
  return process.platform === 'linux' ? residentOnLinux(pid) : residentByPs(pid);
}

function residentOnLinux(pid: number): number | undefined {
  try {
    const pages = Number(readFileSync(`/proc/${pid}/statm`, 'latin1').split(' ', 2)[1]);
    return Number.isFinite(pages) ? pages * PAGE_BYTES : undefined;
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
