import { pino, type Logger } from 'pino';

export type { Logger } from 'pino';

/** What the program writes to its log: JSON lines on standard error, so that standard output stays the program's own. */
export interface LoggerOptions {
  /** One of pino's levels; `silent` writes nothing. */
  readonly level: LogLevel;
}

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

/** Makes the process's logger. Secrets named in {@link SECRET_PATHS} are replaced before a line is written. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    { level: options.level, redact: { paths: SECRET_PATHS, censor: '[redacted]' }, base: null },
    pino.destination({ dest: 2, sync: true }),
  );
}
