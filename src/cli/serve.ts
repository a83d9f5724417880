import { constants } from 'node:os';
import { startApp } from '../app.ts';
import { loadConfig, type ConfigOverrides } from '../config.ts';
import { readArguments, UsageError, type Command } from './command.ts';

const OPTIONS = {
  port: { type: 'string' },
  host: { type: 'string' },
  'data-dir': { type: 'string' },
  role: { type: 'string' },
} as const;

/** `sheaf serve`: the server, until a signal ends it. */
export const serveCommand: Command = {
  name: 'serve',
  summary: 'run the server',
  usage: `Usage: sheaf serve [--port PORT] [--host HOST] [--data-dir DIR] [--role all|api|worker]

  --port PORT      port to listen on (SHEAF_PORT, 8787; 0 lets the system choose)
  --host HOST      address to listen on (SHEAF_HOST, 127.0.0.1)
  --data-dir DIR   database, files and results (SHEAF_DATA_DIR, ./.sheaf)
  --role ROLE      all, api or worker (SHEAF_ROLE, all)

All settings are in docs/configuration.md. SIGINT or SIGTERM stops the server; running jobs get
SHEAF_STOP_GRACE_SECONDS and are then put back, to be run again. A second signal ends it at once.`,

  async run(args, environment) {
    const { values, positionals } = readArguments(args, OPTIONS);
    if (positionals.length > 0) throw new UsageError(`unexpected ${JSON.stringify(positionals[0])}`);
    const overrides: ConfigOverrides = {
      ...(values.port !== undefined && { port: values.port }),
      ...(values.host !== undefined && { host: values.host }),
      ...(values['data-dir'] !== undefined && { dataDir: values['data-dir'] }),
      ...(values.role !== undefined && { role: values.role }),
    };
    const config = loadConfig(environment, overrides);
    const stopped = waitForSignal();
    const app = await startApp(config);
    if (app.apiKeyFile) console.error(`The API key is in ${app.apiKeyFile}`);
    console.log(app.url ? `Sheaf is ready at ${app.url}` : 'Sheaf works for the queue');
    const reason = await Promise.race([stopped, app.overtaken]);
    if (reason) console.error(`sheaf serve: ${reason.message}`);
    await app.stop();
    return reason ? EXIT_OVERTAKEN : 0;
  },
};

/** A supervisor may start it again, and it refuses for the same reason until somebody runs another version. */
const EXIT_OVERTAKEN = 1;

const SIGNALS = ['SIGINT', 'SIGTERM'] as const;

/** Resolves at the first signal to stop; the second one ends the process at once. */
function waitForSignal(): Promise<void> {
  return new Promise((resolve) => {
    let stopping = false;
    const stop = (signal: (typeof SIGNALS)[number]): void => {
      if (stopping) process.exit(128 + constants.signals[signal]);
      stopping = true;
      resolve();
    };
    for (const signal of SIGNALS) process.on(signal, () => stop(signal));
  });
}
