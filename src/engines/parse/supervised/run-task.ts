import type { Logger } from '../../../logger.ts';
import { blameFullDisk } from '../disk-space.ts';
import type { ChildPool } from './child-pool.ts';
import type { AttemptEnd, ChildLimits } from './engine-child.ts';
import type { TaskCommand, TaskKind, TaskOutcomes } from './protocol.ts';

/** The first attempt and one in a fresh process. */
const ATTEMPTS = 2;

/** Signals that a program brings upon itself; others come from outside. */
const OWN_CRASH = /\bSIG(?:SEGV|BUS|ILL|FPE|ABRT|TRAP)\b/;

export interface RunParts<Kind extends TaskKind> {
  readonly signal: AbortSignal;
  readonly logger: Logger;
  /** What is run after the process crashed by itself; by default the same. */
  readonly again?: (command: TaskCommand<Kind>) => TaskCommand<Kind>;
}

/**
 * Runs one task in a child of the pool, and once more in a fresh one when the process crashed.
 * @throws DiskFullError when it crashed while the disk was full
 * @returns how the last attempt ended; `cancelled` also when the pool was closed meanwhile
 */
export async function runTask<Kind extends TaskKind>(
  pool: ChildPool,
  command: TaskCommand<Kind>,
  limits: ChildLimits,
  { signal, logger, again }: RunParts<Kind>,
): Promise<AttemptEnd<TaskOutcomes[Kind]>> {
  let next = command;
  for (let attempt = 1; ; attempt += 1) {
    const child = await pool.acquire(signal);
    // Turned away while waiting: the signal was aborted or the engine closed.
    if (child === 'cancelled') return { kind: 'cancelled' };
    let end: AttemptEnd<TaskOutcomes[Kind]>;
    try {
      end = await child.run(next, limits, signal);
    } finally {
      await pool.release(child);
    }
    if (end.kind !== 'crash') return end;
    if (pool.isClosed) return { kind: 'cancelled' };
    logger.warn(
      { jobId: command.task.jobId, attempt, detail: end.detail },
      `a ${command.type} process crashed`,
    );
    blameFullDisk([pool.directory], new Error(end.detail));
    if (attempt >= ATTEMPTS) return end;
    if (again && OWN_CRASH.test(end.detail)) next = again(command);
  }
}

/** What is thrown for a fault of Sheaf's own; of a shortage it keeps the code, by which workers know that time mends it. */
export function faultError(
  what: string,
  { message, code }: { readonly message: string; readonly code?: string | undefined },
): Error {
  return Object.assign(new Error(`${what}: ${message}`), code !== undefined && { code });
}
