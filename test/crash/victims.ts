import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, systemProcesses } from './process-tree.ts';
import type { Random } from './random.ts';
import type { RoleProcess } from './role-process.ts';

/** By kind: kills one of them with SIGKILL, or returns false where there is none at this moment. */
export type Victims = Readonly<Record<string, (random: Random) => boolean>>;

/** A whole process of Sheaf, a child that parses, the embedded database server, or one of its processes. */
export function embeddedVictims({
  dataDir,
  api,
  workers,
}: {
  dataDir: string;
  api: RoleProcess;
  workers: readonly RoleProcess[];
}): Victims {
  const server = (): number[] => postmaster(join(dataDir, 'postgres', 'pg18'));
  return {
    api: () => api.kill(),
    worker: (random) => killFirst(random.shuffle(workers).map((worker) => () => worker.kill())),
    child: (random) => killPid(random, parseProcesses(workers)),
    postmaster: (random) => killPid(random, server()),
    // Of all kinds: those that serve a connection, the checkpointer, the writers.
    backend: (random) => killPid(random, server().flatMap(pidsOfChildren)),
  };
}

function pidsOfChildren(pid: number): number[] {
  return childrenOf(pid).map((child) => child.pid);
}

/** The processes that parse for these workers; those that have a document in hand where there are any. */
export function parseProcesses(of: readonly RoleProcess[]): number[] {
  const workers = of.flatMap((worker) => worker.pid ?? []);
  // A worker's other children are short-lived programs of its own making and the database server.
  const isParser = (title: string): boolean =>
    title.startsWith('sheaf-parse') || title.includes('liteparse/child.js');
  const children = workers.flatMap((pid) => childrenOf(pid)).filter(({ title }) => isParser(title));
  const busy = children.filter(({ title }) => title.startsWith('sheaf-parse pjb-'));
  return (busy.length > 0 ? busy : children).map(({ pid }) => pid);
}

/** The process that the cluster's own note names, if it still is this cluster's server. */
function postmaster(cluster: string): number[] {
  let pid: number;
  try {
    pid = Number.parseInt(readFileSync(join(cluster, 'postmaster.pid'), 'utf8'), 10);
  } catch {
    return [];
  }
  const isServer = systemProcesses().some((one) => one.pid === pid && one.title.includes(cluster));
  return isServer ? [pid] : [];
}

function killFirst(kills: readonly (() => boolean)[]): boolean {
  return kills.some((kill) => kill());
}

/** Kills one of these that still runs. */
export function killPid(random: Random, pids: readonly number[]): boolean {
  return killFirst(
    random.shuffle(pids).map((pid) => () => {
      try {
        process.kill(pid, 'SIGKILL');
        return true;
      } catch {
        // It has ended meanwhile.
        return false;
      }
    }),
  );
}
