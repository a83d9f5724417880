import { createHash, randomBytes } from 'node:crypto';
import type { Logger } from '../logger.ts';
import type { ObservedEnd, ObservedRequest, RequestObserver, WorkObserver } from '../model/observations.ts';
import { createSpanExporter, type Span, type SpanPlace } from './span-exporter.ts';

/** Spans of requests and of attempts at jobs. */
export interface Traces extends RequestObserver, Pick<WorkObserver, 'attemptEnded'> {
  /** Sends what is left, for a few seconds at most. */
  close(): Promise<void>;
}

export interface TracesOptions {
  /** Base of an OTLP/HTTP receiver, as in `OTEL_EXPORTER_OTLP_ENDPOINT`. */
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
  readonly role: string;
  readonly logger: Logger;
}

const SERVER = 2;
const CONSUMER = 5;
const INTERNAL = 1;

/** Nobody wants a trace of each look of a load balancer. */
const UNTRACED = new Set(['/healthz', '/readyz']);

/**
 * Records traces. A request has a span in its client's trace, if it sent a `traceparent`. What it makes, a batch or a
 * job of its own, has a trace of its own, because it may run for hours and on other machines: its id is the UUID of the
 * batch or job, so that every process knows it and nothing has to be stored. Both are linked both ways.
 */
export function createTraces(options: TracesOptions): Traces {
  const exporter = createSpanExporter(options);
  return {
    requestDone(request) {
      if (UNTRACED.has(request.route)) return;
      const end = Date.now();
      const place = placeOf(request.traceparent);
      if (!place) return;
      const made = request.status < 400 ? request.made.map(rootOf) : [];
      exporter.add(requestSpan(request, place, { end, made }));
      request.made.slice(0, made.length).forEach((id) => exporter.add(acceptedSpan(id, place, end)));
    },
    attemptEnded(end) {
      if (end.seconds !== undefined) exporter.add(attemptSpan(end, end.seconds));
    },
    close: () => exporter.close(),
  };
}

function requestSpan(
  { method, route, status, seconds, requestId }: ObservedRequest,
  place: SpanPlace,
  { end, made }: { end: number; made: readonly SpanPlace[] },
): Span {
  return {
    ...place,
    name: `${method} ${route}`,
    kind: SERVER,
    start: end - seconds * 1000,
    end,
    failed: status >= 500,
    links: made,
    attributes: {
      'http.request.method': method,
      'http.route': route,
      'http.response.status_code': status,
      'sheaf.request_id': requestId,
    },
  };
}

/** The root of the trace of what was made. */
function acceptedSpan(id: string, request: SpanPlace, at: number): Span {
  const kind = id.startsWith('bat-') ? 'batch' : 'job';
  return {
    ...rootOf(id),
    name: `${kind} accepted`,
    kind: INTERNAL,
    start: at,
    end: at,
    failed: false,
    links: [request],
    attributes: { [`sheaf.${kind}_id`]: id },
  };
}

function attemptSpan(ended: ObservedEnd, seconds: number): Span {
  const { kind, outcome, errorCode, reused, pages, jobId, batchId, projectId, attempt, endedAt } = ended;
  const root = rootOf(batchId ?? jobId);
  return {
    traceId: root.traceId,
    spanId: newSpanId(),
    parentSpanId: root.spanId,
    name: `${kind} attempt`,
    kind: CONSUMER,
    start: endedAt - seconds * 1000,
    end: endedAt,
    failed: outcome === 'failed' || outcome === 'fault',
    links: [],
    attributes: {
      'sheaf.job_id': jobId,
      ...(batchId !== null && { 'sheaf.batch_id': batchId }),
      'sheaf.project_id': projectId,
      'sheaf.attempt': attempt,
      'sheaf.outcome': outcome,
      ...(errorCode !== null && { 'sheaf.error_code': errorCode }),
      'sheaf.reused': reused,
      'sheaf.pages': pages,
    },
  };
}

/** The trace of a batch or job, known by its id alone. */
function rootOf(id: string): SpanPlace {
  const traceId = id.slice(id.indexOf('-') + 1).replaceAll('-', '');
  return { traceId, spanId: createHash('sha256').update(traceId).digest('hex').slice(0, 16) };
}

/** Where a request's span belongs (W3C Trace Context); undefined when its client chose not to have it recorded. */
function placeOf(traceparent: string | undefined): SpanPlace | undefined {
  const match = /^[0-9a-f]{2}-([0-9a-f]{32})-([0-9a-f]{16})-([0-9a-f]{2})$/.exec(traceparent ?? '');
  const [, traceId = '', parentSpanId = '', flags = ''] = match ?? [];
  if (/^0*$/.test(traceId) || /^0*$/.test(parentSpanId))
    return { traceId: randomBytes(16).toString('hex'), spanId: newSpanId() };
  return Number.parseInt(flags, 16) & 1 ? { traceId, spanId: newSpanId(), parentSpanId } : undefined;
}

function newSpanId(): string {
  return randomBytes(8).toString('hex');
}
