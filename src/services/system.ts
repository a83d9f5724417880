import {
  countProjectBatches,
  listSeenWorkers,
  readProjectLoad,
  type KindLoad,
  type WorkerLife,
} from '../store/project-load.ts';
import type { Services } from './context.ts';
import { projectLimits, type ProjectLimits } from './project-limits.ts';
import { jobWaitingReason } from './waiting-reasons.ts';

/** What can read documents, as the answering process finds it. */
export interface EngineFacts {
  /** Tesseract's names of the languages that there is OCR data for. */
  readonly ocrLanguages: readonly string[];
  readonly libreOffice: boolean;
  /** Name of the configured model, never its address. */
  readonly model: string | null;
}

/** What a server says of itself. */
export interface ServerFacts {
  readonly version: string;
  readonly role: 'all' | 'api' | 'worker';
  /** `performance.now()` at its start. */
  readonly startedAt: number;
  readonly storage: string;
  /** Looked up at every call: an installation shows without a restart. */
  readonly engines: () => EngineFacts;
}

/** The server, and the project's share of it. */
export interface SystemView {
  readonly server: ServerFacts;
  readonly engines: EngineFacts;
  readonly uptimeSeconds: number;
  readonly workers: readonly (WorkerLife & { readonly isLive: boolean })[];
  readonly load: readonly KindLoad[];
  readonly limits: ProjectLimits;
  readonly runningBatches: number;
  /** Why the project's waiting jobs do not run; null when none waits for a place. */
  readonly waitingReason: string | null;
}

/** Leases last 30 seconds: a worker that was silent for longer has lost its jobs. */
const LIVE_SECONDS = 30;
/** Silent workers are shown for this long. */
const SHOWN_SECONDS = 3600;

/** A few look-ups in indexes; nothing of other projects is in it. */
export async function viewSystem(
  services: Services,
  server: ServerFacts,
  projectId: string,
): Promise<SystemView> {
  const { db } = services;
  const [workers, load, limits, runningBatches] = await Promise.all([
    listSeenWorkers(db, SHOWN_SECONDS),
    readProjectLoad(db, projectId),
    projectLimits(services, projectId),
    countProjectBatches(db, projectId),
  ]);
  const waits = load.some((kind) => kind.waiting > 0);
  return {
    server,
    engines: server.engines(),
    uptimeSeconds: (performance.now() - server.startedAt) / 1000,
    workers: workers.map((worker) => ({ ...worker, isLive: worker.heartbeatAge <= LIVE_SECONDS })),
    load,
    limits,
    runningBatches,
    waitingReason: waits ? jobWaitingReason({ ahead: 0, limits }) : null,
  };
}
