import { readdirSync, readFileSync } from 'node:fs';

/** A process of this machine as the kernel shows it (Linux only: elsewhere there are none). */
export interface SystemProcess {
  readonly pid: number;
  readonly parentPid: number;
  /** The words it was started with, or the title that it gave itself. */
  readonly title: string;
}

/** Every process that runs; the dead ones that nobody has collected yet are left out. */
export function systemProcesses(): SystemProcess[] {
  if (process.platform !== 'linux') return [];
  return readdirSync('/proc').flatMap((name) =>
    /^\d+$/.test(name) ? (readProcess(Number(name)) ?? []) : [],
  );
}

export function childrenOf(parentPid: number): SystemProcess[] {
  return systemProcesses().filter((child) => child.parentPid === parentPid);
}

/** Processes that were started for something below a directory: their words or their environment name it. */
export function processesNaming(directory: string): SystemProcess[] {
  return systemProcesses().filter(
    ({ pid, title }) =>
      pid !== process.pid && (title.includes(directory) || environmentOf(pid).includes(directory)),
  );
}

function readProcess(pid: number): SystemProcess | undefined {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    // The name in parentheses may hold anything; state and parent are the fields after it.
    const [state, parentPid] = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
    if (state === 'Z' || state === 'X') return undefined;
    const title = readFileSync(`/proc/${pid}/cmdline`, 'utf8').replaceAll('\0', ' ').trim();
    return { pid, parentPid: Number(parentPid), title };
  } catch {
    // It has ended meanwhile.
    return undefined;
  }
}

function environmentOf(pid: number): string {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8');
  } catch {
    return '';
  }
}
