import { AsyncLocalStorage } from 'node:async_hooks';
import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** How the program writes its log: on standard error, so that standard output stays the program's own. */
export interface LoggerOptions {
  /** One of pino's levels; `silent` writes nothing. */
  readonly level: LogLevel;
  /** `json` (default): one object per line, for machines. `text`: the sentence alone, for a person at a terminal. */
  readonly format?: LogFormat;
}

export type LogFormat = 'json' | 'text';

export const LOG_LEVELS = ['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** Header and field names whose values never reach the log. */
const SECRET_PATHS = [
  'authorization',
  'req.headers.authorization',
  'req.headers.cookie',
  'password',
  'apiKey',
  '*.password',
  '*.apiKey',
  '*.webhook_signing_secret',
];

/** Ids that stand in every line that is written on behalf of a request or a job. */
export interface LogContext {
  requestId?: string;
  jobId?: string;
  batchId?: string;
  projectId?: string;
  attempt?: number;
}

const contexts = new AsyncLocalStorage<LogContext>();

/** Does some work on behalf of something: whatever is logged meanwhile carries these ids, wherever it is written. */
export function withLogContext<T>(context: LogContext, work: () => T): T {
  return contexts.run(context, work);
}

/** Adds ids that are known only now to the lines that follow, and to the line that tells of the request's end. */
export function addToLogContext(ids: LogContext): void {
  const context = contexts.getStore();
  if (context) Object.assign(context, ids);
}

/** Makes the process's logger. Secrets named in {@link SECRET_PATHS} are replaced before a line is written. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    {
      level: options.level,
      redact: { paths: SECRET_PATHS, censor: '[redacted]' },
      base: null,
      mixin: (_line, _level, logger) => contextFor(logger),
      // What the line itself says wins.
      mixinMergeStrategy: (line, context) => ({ ...context, ...line }),
    },
    options.format === 'text' ? { write: writeSentence } : pino.destination({ dest: 2, sync: true }),
  );
}

/** A request's own logger has the request's id already; no key may stand in a line twice. */
function contextFor(logger: Logger): LogContext {
  const context = contexts.getStore() ?? {};
  if (context.requestId === undefined || !('requestId' in logger.bindings())) return { ...context };
  const { requestId: _, ...others } = context;
  return others;
}

/** Writes what a person wants to read of a line: what happened, and of an error its message. */
function writeSentence(line: string): void {
  const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
  const sentence = [msg, err?.message].filter((part) => part !== undefined).join(': ');
  process.stderr.write(`${sentence}\n`);
}
