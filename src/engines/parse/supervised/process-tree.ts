import { execFile, spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** What `ps` is asked for: every process with its parent and its resident kilobytes. */
const PS = ['-A', '-o', 'pid=,ppid=,rss='];
const PS_LIMITS = { timeout: 5_000, maxBuffer: 16 * 1024 * 1024, encoding: 'utf8' } as const;

/** A process as `ps` shows it. */
export interface ListedProcess {
  readonly pid: number;
  readonly parent: number;
  readonly residentBytes: number;
}

/** A process and all that it started, as far as it can be told; the process itself is first. */
export function processTree(pid: number): number[] {
  if (process.platform === 'linux') return treeOnLinux(pid);
  if (process.platform === 'win32') return [pid];
  const { stdout } = spawnSync('ps', PS, PS_LIMITS);
  return treeIn(readList(stdout), pid).map((listed) => listed.pid);
}

/** The same with the memory of each, for systems without `/proc`. Nothing when they cannot be listed. */
export function listTree(pid: number): Promise<ListedProcess[]> {
  return new Promise((resolve) => {
    execFile('ps', PS, PS_LIMITS, (error, stdout) => resolve(error ? [] : treeIn(readList(stdout), pid)));
  });
}

/**
 * Kills a process and all that it started. They are stopped first, so that none starts another while they are
 * listed: what loses its parent cannot be found any more.
 */
export function killTree(pid: number): void {
  const stopped = new Set<number>();
  for (;;) {
    const fresh = processTree(pid).filter((member) => !stopped.has(member));
    if (fresh.length === 0) break;
    for (const member of fresh) {
      stopped.add(member);
      signal(member, 'SIGSTOP');
    }
  }
  for (const member of stopped) signal(member, 'SIGKILL');
}

function signal(pid: number, name: 'SIGSTOP' | 'SIGKILL'): void {
  try {
    process.kill(pid, name);
  } catch {
    // It is gone already.
  }
}

/** Every thread's own children: microseconds, where a look at all processes of the machine takes milliseconds. */
function treeOnLinux(pid: number): number[] {
  const tree = [pid];
  for (let at = 0; at < tree.length; at += 1) {
    const tasks = `/proc/${tree[at]}/task`;
    for (const thread of namesIn(tasks)) tree.push(...childrenOf(`${tasks}/${thread}/children`));
  }
  return tree;
}

function namesIn(directory: string): string[] {
  try {
    return readdirSync(directory);
  } catch {
    return [];
  }
}

function childrenOf(path: string): number[] {
  try {
    return readFileSync(path, 'latin1').split(' ').filter(Boolean).map(Number);
  } catch {
    return [];
  }
}

function readList(text: string | null): ListedProcess[] {
  return (text ?? '').split('\n').flatMap((line) => {
    const [pid, parent, kilobytes] = line.trim().split(/\s+/).map(Number);
    return pid === undefined || parent === undefined || kilobytes === undefined
      ? []
      : [{ pid, parent, residentBytes: kilobytes * 1024 }];
  });
}

function treeIn(all: readonly ListedProcess[], pid: number): ListedProcess[] {
  const tree = all.filter((listed) => listed.pid === pid);
  for (let at = 0; at < tree.length; at += 1) {
    const parent = tree[at]?.pid;
    tree.push(...all.filter((listed) => listed.parent === parent && listed.pid !== parent));
  }
  return tree;
}
