import type { Services } from '../../../services/context.ts';
import { viewSystem, type ServerFacts, type SystemView } from '../../../services/system.ts';
import { ScopeQuery } from '../../schemas/scope.ts';
import { System } from '../../schemas/system.ts';
import type { HttpServer } from '../../server.ts';

/** What the server says of itself and of the project's share of it. An addition of Sheaf. */
export function systemRoutes(app: HttpServer, services: Services, server: ServerFacts): void {
  app.get(
    '/api/v1/beta/system',
    {
      schema: {
        tags: ['system'],
        querystring: ScopeQuery,
        response: { 200: System },
        description:
          "The server's version, workers, engines and limits, and the project's queue. An addition of Sheaf.",
      },
    },
    async (request) =>
      presentSystem(await viewSystem(services, server, request.principal.projectId), services),
  );
}

function presentSystem(view: SystemView, { limits: set }: Services): System {
  const { server, engines, limits, load } = view;
  return {
    version: server.version,
    role: server.role,
    uptime_seconds: Math.floor(view.uptimeSeconds),
    workers: view.workers.map((worker) => ({
      id: worker.id,
      started_at: worker.started_at.toISOString(),
      heartbeat_age_seconds: Math.round(worker.heartbeatAge),
      is_live: worker.isLive,
    })),
    queue: load.map(({ kind, running, queued, waiting, oldestSeconds }) => ({
      kind,
      running,
      queued,
      waiting,
      oldest_seconds: oldestSeconds,
    })),
    limits: {
      running_jobs: {
        used: load.reduce((sum, kind) => sum + kind.running + kind.queued, 0),
        limit: limits.runningJobs.value,
        set_by: limits.runningJobs.setBy,
      },
      running_batches: {
        used: view.runningBatches,
        limit: limits.runningBatches.value,
        set_by: limits.runningBatches.setBy,
      },
      waiting_reason: view.waitingReason,
      max_upload_bytes: set.maxUploadBytes,
      max_batch_files: set.maxBatchFiles,
    },
    engines: {
      parse: 'liteparse',
      ocr_languages: [...engines.ocrLanguages],
      libreoffice: engines.libreOffice,
      model: engines.model,
    },
    storage: server.storage,
    retention: {
      upload_hours: set.uploadLifetimeHours,
      result_days: set.resultRetentionDays,
      result_cache_hours: set.resultCacheHours,
      webhook_retry_hours: set.webhookRetryHours,
    },
  };
}
