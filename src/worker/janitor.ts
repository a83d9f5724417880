import type { Services } from '../services/context.ts';
import { RETENTION_RULES, runRetention, type RetentionRules } from '../services/retention.ts';

/** How often a process offers itself, with up to as much again so that many do not do it at once. */
const RUN_MS = 60_000;
/** A process that has just started has better things to do. */
const FIRST_RUN_MS = 10_000;

/** Cleans up from time to time: one process at a time, however many there are. */
export interface Janitor {
  start(): void;
  /** Ends the run that is under way after its present chunk. */
  stop(): Promise<void>;
}

/** @param rules what differs from {@link RETENTION_RULES} */
export function createJanitor(
  services: Services,
  options: {
    /** Called before each run. */
    readonly beforeRun?: () => Promise<void>;
    readonly firstRunMs?: number;
    readonly runMs?: number;
    readonly rules?: Partial<RetentionRules>;
  } = {},
): Janitor {
  const { logger } = services;
  const rules = { ...RETENTION_RULES, resultDays: services.limits.resultRetentionDays, ...options.rules };
  const stopping = new AbortController();
  let timer: NodeJS.Timeout | undefined;
  let running: Promise<void> | undefined;

  const runAfter = (ms: number): void => {
    timer = setTimeout(
      () => {
        running = run().finally(() => {
          running = undefined;
          if (!stopping.signal.aborted) runAfter(options.runMs ?? RUN_MS);
        });
      },
      ms * (1 + Math.random()),
    );
  };

  const run = async (): Promise<void> => {
    try {
      await options.beforeRun?.();
      const report = await runRetention(services, rules, stopping.signal);
      const done = Object.entries(report ?? {}).filter(([, count]) => count > 0);
      if (done.length > 0) logger.info(Object.fromEntries(done), 'cleaned up what is no longer needed');
    } catch (error) {
      logger.warn({ err: error }, 'cleaning up failed; the next run tries again');
    }
  };

  return {
    start() {
      if (!stopping.signal.aborted) runAfter(options.firstRunMs ?? FIRST_RUN_MS);
    },
    async stop() {
      stopping.abort();
      clearTimeout(timer);
      await running;
    },
  };
}
