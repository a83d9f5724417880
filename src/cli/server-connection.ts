import { readFile } from 'node:fs/promises';
import { startApp, type App } from '../app.ts';
import { loadConfig, type Config } from '../config.ts';
import { createApiClient, type ApiClient } from './api-client.ts';
import { UsageError } from './command.ts';

/** A server to talk to, and how to leave it. */
export interface ServerConnection {
  readonly client: ApiClient;
  /** Stops the server where this command started one. */
  close(): Promise<void>;
}

/**
 * Connects to a running server, or starts one in this process on the data directory, on loopback and a free port.
 * @param options.server base URL; absent: SHEAF_SERVER, and without that a server of our own
 * @param options.role what a server of our own does: `api` where nothing is to be run
 */
export async function connectToServer(
  environment: NodeJS.ProcessEnv,
  options: { server: string | undefined; dataDir: string | undefined; role: 'all' | 'api' },
): Promise<ServerConnection> {
  const server = options.server ?? (environment['SHEAF_SERVER'] || undefined);
  if (server !== undefined) {
    const key = environment['SHEAF_API_KEY'] ?? environment['LLAMA_CLOUD_API_KEY'];
    if (!key) throw new UsageError(`set SHEAF_API_KEY to a key of ${server}`);
    return { client: createApiClient(server, key), close: () => Promise.resolve() };
  }
  const config = loadConfig(
    { SHEAF_LOG_LEVEL: 'warn', ...environment },
    {
      role: options.role,
      host: '127.0.0.1',
      port: '0',
      ...(options.dataDir !== undefined && { dataDir: options.dataDir }),
    },
  );
  const app = await startApp(config, 'text');
  try {
    return { client: createApiClient(app.url ?? '', await ownKey(config, app)), close: () => app.stop() };
  } catch (error) {
    await app.stop();
    throw error;
  }
}

async function ownKey(config: Config, app: App): Promise<string> {
  if (config.apiKey !== undefined) return config.apiKey;
  if (app.apiKeyFile !== undefined) return (await readFile(app.apiKeyFile, 'utf8')).trim();
  throw new UsageError(
    'the first key has been revoked: set SHEAF_API_KEY to one that `sheaf keys create` made',
  );
}
