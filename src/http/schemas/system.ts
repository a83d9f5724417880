import { Type, type Static } from 'typebox';

import { JOB_KINDS } from '../../model/job-states.ts';
import { DateTime, Maybe, OneOf } from './fields.ts';

const count = Type.Integer({ minimum: 0 });

const SystemWorker = Type.Object(
  {
    id: Type.String(),
    started_at: DateTime(),
    heartbeat_age_seconds: Type.Number({ minimum: 0 }),
    is_live: Type.Boolean({ description: 'False: it has been silent for longer than its leases last.' }),
  },
  { $id: 'SystemWorker' },
);

const SystemQueue = Type.Object(
  {
    kind: OneOf(JOB_KINDS),
    running: count,
    queued: Type.Integer({ minimum: 0, description: 'They wait for a worker.' }),
    waiting: Type.Integer({ minimum: 0, description: 'They wait for a place among the running ones.' }),
    oldest_seconds: Maybe(Type.Number({ description: 'How long the oldest that waits has waited.' })),
  },
  { $id: 'SystemQueue' },
);

const SystemLimit = Type.Object(
  { used: count, limit: count, set_by: OneOf(['server', 'project']) },
  { $id: 'SystemLimit' },
);

/** The server, and the share of it that the key's project has. */
export const System = Type.Object(
  {
    version: Type.String(),
    role: OneOf(['all', 'api', 'worker'], { description: 'Of the process that answers.' }),
    uptime_seconds: Type.Number({ minimum: 0 }),
    workers: Type.Array(SystemWorker, { description: 'Those that were heard of within the hour.' }),
    queue: Type.Array(SystemQueue, { description: "The project's own; counts stop at 10,000." }),
    limits: Type.Object({
      running_jobs: SystemLimit,
      running_batches: SystemLimit,
      waiting_reason: Maybe(Type.String()),
      max_upload_bytes: count,
      max_batch_files: count,
    }),
    engines: Type.Object({
      parse: Type.String(),
      ocr_languages: Type.Array(Type.String()),
      libreoffice: Type.Boolean(),
      model: Maybe(Type.String({ description: 'A name; null without a model.' })),
    }),
    storage: Type.String(),
    retention: Type.Object({
      upload_hours: Type.Integer({ minimum: 0, description: '0: for ever.' }),
      result_days: Type.Integer({ minimum: 0, description: '0: until they are deleted.' }),
      result_cache_hours: count,
      webhook_retry_hours: count,
    }),
  },
  { $id: 'System', description: 'An addition of Sheaf.' },
);
export type System = Static<typeof System>;
