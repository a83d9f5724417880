import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { childrenOf, systemProcesses } from './process-tree.ts';
import type { Random } from './random.ts';
import type { Site } from './site.ts';

/** What is killed: a whole process of Sheaf, a child that parses, the database server, or one of its processes. */
export const VICTIMS = ['api', 'worker', 'child', 'postmaster', 'backend'] as const;
export type Victim = (typeof VICTIMS)[number];

/** Kills one of the kind with SIGKILL. @returns false where there is none at this moment */
export function killOne(site: Site, victim: Victim, random: Random): boolean {
  switch (victim) {
    case 'api':
      return site.api.kill();
    case 'worker':
      return killFirst(random.shuffle(site.workers).map((worker) => () => worker.kill()));
    case 'child':
      return killPid(random, parseProcesses(site));
    case 'postmaster':
      return killPid(random, postmaster(site));
    case 'backend':
      // Of all kinds: those that serve a connection, the checkpointer, the writers.
      return killPid(
        random,
        postmaster(site).flatMap((pid) => childrenOf(pid).map((child) => child.pid)),
      );
  }
}

function parseProcesses(site: Site): number[] {
  const workers = site.workers.flatMap((worker) => worker.pid ?? []);
  // A worker's other children are short-lived programs of its own making and the database server.
  const isParser = (title: string): boolean =>
    title.startsWith('sheaf-parse') || title.includes('liteparse/child.js');
  const children = workers.flatMap((pid) => childrenOf(pid)).filter(({ title }) => isParser(title));
  const busy = children.filter(({ title }) => title.startsWith('sheaf-parse pjb-'));
  return (busy.length > 0 ? busy : children).map(({ pid }) => pid);
}

/** The process that the cluster's own note names, if it still is this cluster's server. */
function postmaster(site: Site): number[] {
  const cluster = join(site.dataDir, 'postgres', 'pg18');
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

function killPid(random: Random, pids: readonly number[]): boolean {
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
