import type { Logger } from '../logger.ts';
import type {
  ChildObserver,
  PoolFigures,
  QueueFigures,
  RequestObserver,
  WorkObserver,
} from '../model/observations.ts';
import { createMetrics } from './metrics.ts';
import { openOperatorServer } from './operator-server.ts';

/** What is set about it. */
export interface TelemetrySettings {
  readonly role: string;
  readonly metricsHost: string;
  /** Absent: nobody can read metrics. */
  readonly metricsPort?: number;
  readonly metricsToken?: string;
  /** Absent: no traces. */
  readonly otlpEndpoint?: string;
  readonly otlpHeaders: Readonly<Record<string, string>>;
}

/** What is known of the database once there is one. */
export interface DatabaseFigures {
  readonly pool: () => PoolFigures;
  readonly queue: () => Promise<QueueFigures>;
  readonly isUp: () => Promise<boolean>;
}

/** Metrics, traces and the operator's listener of one process. */
export interface Telemetry extends RequestObserver, WorkObserver, ChildObserver {
  databaseLost(): void;
  /** From now on the database's figures are told, and `/readyz` asks it. */
  watch(database: DatabaseFigures): void;
  /** From now on the process is not ready. */
  readonly stopping: () => Promise<void>;
  close(): Promise<void>;
}

const NO_CONNECTIONS: PoolFigures = { busy: 0, idle: 0, waiting: 0 };

/** @throws when the operator's address cannot be listened on */
export async function startTelemetry(
  settings: TelemetrySettings,
  options: { readonly version: string; readonly logger: Logger },
): Promise<Telemetry> {
  const { logger, version } = options;
  const { role, otlpEndpoint: endpoint, otlpHeaders: headers } = settings;
  let database: DatabaseFigures | undefined;
  let isStopping = false;
  const metrics = createMetrics({
    role,
    version,
    pool: () => database?.pool() ?? NO_CONNECTIONS,
    figures: () => database?.queue() ?? Promise.reject(new Error('there is no database yet')),
  });
  const listener =
    settings.metricsPort === undefined
      ? undefined
      : await openOperatorServer({
          host: settings.metricsHost,
          port: settings.metricsPort,
          ...(settings.metricsToken !== undefined && { token: settings.metricsToken }),
          metrics,
          isReady: async () => !isStopping && ((await database?.isUp()) ?? false),
        });
  if (listener) logger.info({ url: listener.url }, 'metrics can be read');
  // Loaded only where it is wanted.
  const { createTraces } = endpoint === undefined ? { createTraces: undefined } : await import('./traces.ts');
  const traces =
    endpoint === undefined ? undefined : createTraces?.({ endpoint, headers, version, role, logger });

  return {
    ...metrics,
    requestDone(request) {
      metrics.requestDone(request);
      traces?.requestDone(request);
    },
    attemptEnded(end) {
      metrics.attemptEnded(end);
      traces?.attemptEnded(end);
    },
    watch(figures) {
      database = figures;
    },
    stopping: async () => {
      isStopping = true;
    },
    async close() {
      await listener?.close();
      await traces?.close();
    },
  };
}
