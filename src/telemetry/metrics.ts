import { collectDefaultMetrics, Counter, Gauge, Histogram, Registry } from 'prom-client';
import type {
  ChildEnd,
  ChildObserver,
  PoolFigures,
  QueueFigures,
  RequestObserver,
  WorkObserver,
} from '../model/observations.ts';
import { cachedFor } from './cached.ts';

/** How long figures from the database are told again before they are asked for anew, in milliseconds. */
const FIGURES_MS = 10_000;

/** HTTP methods that get a label of their own; any client may send others, and names of metrics must not grow with them. */
const METHODS = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS']);

const REQUEST_SECONDS = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 10, 60];
const ATTEMPT_SECONDS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 300, 1800];

/** Where the figures that are not counted here come from. */
export interface MetricsSources {
  readonly version: string;
  readonly role: string;
  /** Asked at most once in {@link FIGURES_MS}, and only when somebody reads the metrics. */
  readonly figures: () => Promise<QueueFigures>;
  readonly pool: () => PoolFigures;
}

/**
 * Everything that is measured, for Prometheus. Labels are bounded: routes, statuses, error codes, and projects by id (as
 * many as the figures name). No name of a document, no address and no secret is ever one.
 */
export interface Metrics extends RequestObserver, WorkObserver, ChildObserver {
  /** The embedded database went away and is brought back. */
  databaseLost(): void;
  /** The text that Prometheus reads. */
  text(): Promise<string>;
  readonly contentType: string;
  /** Names of all metrics, those of the process included. */
  names(): string[];
}

/** Makes the metrics of one process. */
export function createMetrics(sources: MetricsSources): Metrics {
  const registry = new Registry();
  const registers = [registry];
  collectDefaultMetrics({ register: registry });
  new Gauge({
    name: 'sheaf_info',
    help: 'Always 1; the labels say what runs here.',
    labelNames: ['version', 'role'],
    registers,
  }).set({ version: sources.version, role: sources.role }, 1);
  observePool(registry, sources.pool);
  observeFigures(registry, sources.figures);

  const requests = new Histogram({
    name: 'sheaf_http_request_duration_seconds',
    help: 'Time to answer requests, uploads and downloads included.',
    labelNames: ['method', 'route', 'status'],
    buckets: REQUEST_SECONDS,
    registers,
  });
  const ended = new Counter({
    name: 'sheaf_jobs_ended_total',
    help: 'Jobs that this process ended. error_code is "none" for those that did not fail; reused: with the result of an equal job.',
    labelNames: ['kind', 'outcome', 'error_code', 'reused'],
    registers,
  });
  const returned = new Counter({
    name: 'sheaf_jobs_returned_total',
    help: 'Attempts after which a job was given back to be run again; fault: because a part of Sheaf itself failed.',
    labelNames: ['kind', 'reason'],
    registers,
  });
  const refused = new Counter({
    name: 'sheaf_results_refused_total',
    help: 'Results that came after their lease had run out and were thrown away.',
    labelNames: ['kind'],
    registers,
  });
  const attempts = new Histogram({
    name: 'sheaf_job_attempt_seconds',
    help: 'Time from the start of an attempt at a job to its end: fetching, parsing or extracting, and storing.',
    labelNames: ['kind', 'outcome'],
    buckets: ATTEMPT_SECONDS,
    registers,
  });
  const pages = new Counter({
    name: 'sheaf_pages_total',
    help: 'Pages of jobs that completed, those with a result that was used again not counted.',
    labelNames: ['kind'],
    registers,
  });
  const deliveries = new Counter({
    name: 'sheaf_webhook_attempts_total',
    help: 'Attempts to deliver an event: delivered, failed and to be retried, given up (dead), or returned at a stop.',
    labelNames: ['outcome'],
    registers,
  });
  const childStarts = new Counter({
    name: 'sheaf_engine_process_starts_total',
    help: 'Engine processes that were started.',
    registers,
  });
  const childEnds = new Counter({
    name: 'sheaf_engine_process_ends_total',
    help: 'Engine processes that ended, by cause; worn: replaced after many documents; closed: Sheaf stopped.',
    labelNames: ['reason'],
    registers,
  });
  const databaseLosses = new Counter({
    name: 'sheaf_embedded_database_losses_total',
    help: 'Times that the embedded database went away and was brought back.',
    registers,
  });

  return {
    requestDone({ method, route, status, seconds }) {
      requests.observe({ method: METHODS.has(method) ? method : 'other', route, status }, seconds);
    },
    attemptEnded({ kind, outcome, seconds, errorCode, reused, pages: count }) {
      if (seconds !== undefined) attempts.observe({ kind, outcome }, seconds);
      if (outcome === 'returned' || outcome === 'fault') {
        returned.inc({ kind, reason: outcome === 'fault' ? 'fault' : 'stop' });
        return;
      }
      ended.inc({ kind, outcome, error_code: errorCode ?? 'none', reused: String(reused) });
      if (outcome === 'completed' && !reused) pages.inc({ kind }, count);
    },
    resultsRefused: (kind, count) => refused.inc({ kind }, count),
    deliveriesTried: (outcome, count) => deliveries.inc({ outcome }, count),
    databaseLost: () => databaseLosses.inc(),
    childStarted: () => childStarts.inc(),
    childEnded: (reason: ChildEnd) => childEnds.inc({ reason }),
    text: () => registry.metrics(),
    contentType: registry.contentType,
    names: () => registry.getMetricsAsArray().map((metric) => metric.name),
  };
}

function observePool(registry: Registry, pool: () => PoolFigures): void {
  const connections = new Gauge({
    name: 'sheaf_database_connections',
    help: 'Connections of this process to the database, by state; waiting: callers that wait for one.',
    labelNames: ['state'],
    registers: [registry],
    collect() {
      const { busy, idle, waiting } = pool();
      connections.set({ state: 'busy' }, busy);
      connections.set({ state: 'idle' }, idle);
      connections.set({ state: 'waiting' }, waiting);
    },
  });
}

/** What the whole installation has to do; every process tells the same, so dashboards take the maximum. */
function observeFigures(registry: Registry, ask: () => Promise<QueueFigures>): void {
  const figures = cachedFor(FIGURES_MS, ask);
  const registers = [registry];
  const depth = new Gauge({
    name: 'sheaf_queue_jobs',
    help: 'Jobs that have not ended, by project, kind and state: waiting for a slot, queued, or running. Up to 10,000 waiting ones are counted per project.',
    labelNames: ['project', 'kind', 'state'],
    registers,
  });
  const age = new Gauge({
    name: 'sheaf_queue_oldest_seconds',
    help: 'Age of the oldest job that has not been started, by project and kind.',
    labelNames: ['project', 'kind'],
    registers,
  });
  const batches = new Gauge({
    name: 'sheaf_open_batches',
    help: 'Batches that have not ended, by status.',
    labelNames: ['status'],
    registers,
  });
  const webhooks = new Gauge({
    name: 'sheaf_webhook_deliveries_pending',
    help: 'Events that wait to be delivered, up to 10,000.',
    registers,
  });
  const webhookAge = new Gauge({
    name: 'sheaf_webhook_overdue_seconds',
    help: 'How long the event has waited whose turn has been due longest.',
    registers,
  });
  // The metrics of one read are collected together: whichever comes first asks, and the others have the same answer.
  const up = new Gauge({
    name: 'sheaf_database_up',
    help: '1 when the database answered the last question for these figures. While it is 0 the queue has no figures.',
    registers,
    async collect() {
      for (const gauge of [depth, age, batches, webhooks, webhookAge]) gauge.reset();
      const found = await figures().catch(() => undefined);
      up.set(found ? 1 : 0);
      if (!found) return;
      for (const { project, kind, waiting, queued, running, oldestSeconds } of found.jobs) {
        depth.set({ project, kind, state: 'waiting' }, waiting);
        depth.set({ project, kind, state: 'queued' }, queued);
        depth.set({ project, kind, state: 'running' }, running);
        age.set({ project, kind }, oldestSeconds);
      }
      for (const { status, count } of found.batches) batches.set({ status }, count);
      webhooks.set(found.webhooks.pending);
      webhookAge.set(found.webhooks.overdueSeconds);
    },
  });
}
