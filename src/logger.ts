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

/** Makes the process's logger. Secrets named in {@link SECRET_PATHS} are replaced before a line is written. */
export function createLogger(options: LoggerOptions): Logger {
  return pino(
    { level: options.level, redact: { paths: SECRET_PATHS, censor: '[redacted]' }, base: null },
    options.format === 'text' ? { write: writeSentence } : pino.destination({ dest: 2, sync: true }),
  );
}

/** Writes what a person wants to read of a line: what happened, and of an error its message. */
function writeSentence(line: string): void {
  const { msg, err } = JSON.parse(line) as { msg?: string; err?: { message?: string } };
  const sentence = [msg, err?.message].filter((part) => part !== undefined).join(': ');
  process.stderr.write(`${sentence}\n`);
}
