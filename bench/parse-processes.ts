import { readFileSync } from 'node:fs';
import { processTree } from '../src/engines/parse/supervised/process-tree.ts';

/** Resident memory of a server and of each parse process it has at the moment, in bytes (Linux). */
export interface ServerMemory {
  readonly server: number;
  /** By process id. */
  readonly parse: ReadonlyMap<number, number>;
  /** Those that have a document in hand. */
  readonly busy: readonly number[];
}

export function measureMemory(serverPid: number): ServerMemory {
  const parse = new Map<number, number>();
  const busy: number[] = [];
  for (const pid of processTree(serverPid).slice(1)) {
    const bytes = residentBytesOf(pid);
    const title = titleOf(pid);
    if (bytes === undefined || !title.startsWith('sheaf-parse ')) continue;
    parse.set(pid, bytes);
    if (!title.startsWith('sheaf-parse idle')) busy.push(pid);
  }
  return { server: residentBytesOf(serverPid) ?? 0, parse, busy };
}

function titleOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'latin1');
  } catch {
    return '';
  }
}

function residentBytesOf(pid: number): number | undefined {
  try {
    const kilobytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1];
    return kilobytes === undefined ? undefined : Number(kilobytes) * 1024;
  } catch {
    return undefined;
  }
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1024 / 1024).toFixed(0)} MB`;
}
