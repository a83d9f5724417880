import type { Logger } from '../logger.ts';

/** Which span of which trace; hexadecimal. */
export interface SpanPlace {
  readonly traceId: string;
  readonly spanId: string;
  readonly parentSpanId?: string;
}

/** A span that has ended. */
export interface Span extends SpanPlace {
  readonly name: string;
  /** As OTLP counts: 1 internal, 2 server, 5 consumer. */
  readonly kind: number;
  /** Milliseconds of the epoch. */
  readonly start: number;
  readonly end: number;
  readonly failed: boolean;
  readonly links: readonly SpanPlace[];
  readonly attributes: Readonly<Record<string, string | number | boolean>>;
}

export interface SpanExporterOptions {
  readonly endpoint: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly version: string;
  readonly role: string;
  readonly logger: Logger;
}

/** Sends spans in groups. What cannot be sent is lost in the end: traces are no reason to hold anything up. */
export interface SpanExporter {
  add(span: Span): void;
  close(): Promise<void>;
}

const FLUSH_MS = 2_000;
const GROUP = 512;
/** Spans that wait at most; the newest beyond it are dropped. */
const MOST_WAITING = 4_096;
const REQUEST_TIMEOUT_MS = 10_000;
const CLOSE_TIMEOUT_MS = 3_000;
/** Says at most this often that a receiver does not take spans. */
const COMPLAIN_MS = 60_000;
/** Answers after which the same spans may be sent again (OTLP/HTTP, section "Failures"). */
const RETRYABLE = new Set([429, 502, 503, 504]);

/**
 * Speaks OTLP over HTTP in its JSON form. The official exporter for it no longer runs on Node 20 and brings ten
 * packages; what Sheaf has to say needs one shape of one request.
 */
export function createSpanExporter(options: SpanExporterOptions): SpanExporter {
  const { logger } = options;
  const url = `${options.endpoint}/v1/traces`;
  let waiting: Span[] = [];
  let sending: Promise<void> | undefined;
  let complainedAt = -COMPLAIN_MS;
  const timer = setInterval(() => void flush(), FLUSH_MS).unref();

  const complain = (reason: string): void => {
    if (performance.now() - complainedAt < COMPLAIN_MS) return;
    complainedAt = performance.now();
    logger.warn({ reason }, 'traces could not be sent to OTEL_EXPORTER_OTLP_ENDPOINT; some may be lost');
  };

  /** @returns whether the group needs to be sent no more */
  const send = async (group: readonly Span[], timeoutMs: number): Promise<boolean> => {
    try {
      const response = await fetch(url, {
        method: 'POST',
        headers: { 'content-type': 'application/json', ...options.headers },
        body: JSON.stringify(messageOf(group, options)),
        signal: AbortSignal.timeout(timeoutMs),
        redirect: 'error',
      });
      await response.arrayBuffer();
      if (response.ok) return true;
      complain(`the receiver answered ${response.status}`);
      return !RETRYABLE.has(response.status);
    } catch (error) {
      complain(error instanceof Error ? error.message : String(error));
      return false;
    }
  };

  const sendAll = async (timeoutMs: number): Promise<void> => {
    while (waiting.length > 0) {
      const group = waiting.slice(0, GROUP);
      if (!(await send(group, timeoutMs))) return;
      waiting = waiting.slice(group.length);
    }
  };

  const flush = (timeoutMs = REQUEST_TIMEOUT_MS): Promise<void> => {
    sending ??= sendAll(timeoutMs).finally(() => (sending = undefined));
    return sending;
  };

  return {
    add(span) {
      if (waiting.length >= MOST_WAITING) complain('more spans wait than are kept');
      else waiting.push(span);
      if (waiting.length === GROUP) void flush();
    },
    async close() {
      clearInterval(timer);
      await sending;
      await flush(CLOSE_TIMEOUT_MS);
    },
  };
}

function messageOf(spans: readonly Span[], { version, role }: SpanExporterOptions): unknown {
  const resource = { 'service.name': 'sheaf', 'service.version': version, 'sheaf.role': role };
  return {
    resourceSpans: [
      {
        resource: { attributes: attributesOf(resource) },
        scopeSpans: [{ scope: { name: 'sheaf', version }, spans: spans.map(present) }],
      },
    ],
  };
}

function present(span: Span): unknown {
  const { traceId, spanId, parentSpanId, name, kind } = span;
  return {
    traceId,
    spanId,
    ...(parentSpanId !== undefined && { parentSpanId }),
    name,
    kind,
    startTimeUnixNano: nanoseconds(span.start),
    endTimeUnixNano: nanoseconds(span.end),
    attributes: attributesOf(span.attributes),
    links: span.links.map((link) => ({ traceId: link.traceId, spanId: link.spanId })),
    status: span.failed ? { code: 2 } : {},
  };
}

/** 64-bit numbers are text in the JSON form. */
function nanoseconds(milliseconds: number): string {
  return `${BigInt(Math.round(milliseconds * 1000)) * 1000n}`;
}

function attributesOf(attributes: Span['attributes']): unknown[] {
  return Object.entries(attributes).map(([key, value]) => ({ key, value: valueOf(value) }));
}

function valueOf(value: string | number | boolean): unknown {
  if (typeof value === 'string') return { stringValue: value };
  return typeof value === 'boolean' ? { boolValue: value } : { intValue: String(value) };
}
