import { Worker } from 'node:worker_threads';

/** How often it is looked whether the supervisor is there. */
const INTERVAL_MS = 1_000;
/** Looks in vain after which the process is ended: one that is not busy has ended by itself before. */
const MOST_MISSED = 2;
const HEAP_MB = 16;

/** Runs beside whatever keeps the process busy, so it may use nothing but what Node brings. */
const PROGRAM = `
const { workerData: { supervisor, directory } } = require('node:worker_threads');
const { rmSync } = require('node:fs');
let missed = 0;
setInterval(() => {
  if (process.ppid === supervisor) return;
  missed += 1;
  if (missed < ${MOST_MISSED}) return;
  try {
    rmSync(directory, { recursive: true, force: true });
  } finally {
    process.kill(-process.pid, 'SIGKILL');
  }
}, ${INTERVAL_MS});
`;

/**
 * Ends this process, which leads its group, with the group when its supervisor dies while one long computation keeps it
 * from hearing of that: a pattern that does not end, for example. Does nothing where processes keep a dead parent's
 * number (Windows).
 * @param directory removed before
 */
export function endWithSupervisor(directory: string): void {
  const watch = new Worker(PROGRAM, {
    eval: true,
    execArgv: [],
    workerData: { supervisor: process.ppid, directory },
    resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
  });
  // Without it the process works as well as any; it only hears of its supervisor's end later.
  watch.on('error', () => {});
  watch.unref();
}
