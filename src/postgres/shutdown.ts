import { setTimeout as delay } from 'node:timers/promises';
import { errorCode } from './failure.ts';
import { inspectPostmasterFile } from './postmaster-file.ts';
import { isRunning, startTicks } from './process-table.ts';
import { runProgram } from './run-program.ts';
import type { Site } from './site.ts';

/** After an immediate shutdown the server only has to end its processes. */
const IMMEDIATE_TIMEOUT_MS = 10_000;
const POLL_MS = 20;

/**
 * Stops this cluster's server and waits until it is gone: a fast shutdown (connections cut, everything written), and
 * when that takes longer than `stopTimeoutMs` an immediate one, after which the next start recovers from the log.
 * Does nothing when no server of this cluster runs where this process can see it.
 *
 * @returns whether the server is gone
 */
export async function stopServer(site: Site): Promise<boolean> {
  if (process.platform === 'win32') return stopThroughPgCtl(site);
  const file = inspectPostmasterFile(site.location.cluster);
  if (file.kind !== 'ours') return file.kind !== 'unsure';
  const { pid } = file;
  const started = startTicks(pid);
  const gone = (): boolean => !isRunning(pid) || startTicks(pid) !== started;
  send(pid, 'SIGINT');
  if (await until(gone, site.stopTimeoutMs)) return true;
  site.logger.warn(
    { pid },
    'The database did not stop in time: ending it at once (it recovers at the next start)',
  );
  if (!gone()) send(pid, 'SIGQUIT');
  if (await until(gone, IMMEDIATE_TIMEOUT_MS)) return true;
  site.logger.error({ pid }, 'The database cannot be stopped; the next start will adopt it');
  return false;
}

function send(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch (error) {
    if (errorCode(error) !== 'ESRCH') throw error;
  }
}

async function until(condition: () => boolean, timeoutMs: number): Promise<boolean> {
  const deadline = Date.now() + timeoutMs;
  while (!condition()) {
    if (Date.now() > deadline) return false;
    await delay(POLL_MS);
  }
  return true;
}

async function stopThroughPgCtl(site: Site): Promise<boolean> {
  const { binaries, location } = site;
  const seconds = Math.ceil(site.stopTimeoutMs / 1000);
  for (const [mode, timeout] of [
    ['fast', seconds],
    ['immediate', IMMEDIATE_TIMEOUT_MS / 1000],
  ] as const) {
    const args = ['stop', '-D', location.cluster, '-m', mode, '-w', '-t', String(timeout), '-s'];
    const { exitCode } = await runProgram(binaries.pgCtl, args, { binaries, user: location.user });
    if (exitCode === 0) return true;
  }
  return false;
}
