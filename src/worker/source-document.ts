import { extname } from 'node:path';
import type { EgressStream } from '../egress/egress.ts';
import { EgressError } from '../egress/error.ts';
import { nameOfDisposition, nameOfUrl } from '../model/document-name.ts';
import type { JobErrorCode } from '../model/job-errors.ts';
import type { Services } from '../services/context.ts';
import { pause } from '../services/pause.ts';

/** The address of a document, as its job has it. */
export interface SourceAddress {
  readonly url: string;
  readonly proxy: string | null;
  /** What the document is called as long as its server does not say otherwise. */
  readonly name: string;
}

/** A document that was fetched into a temporary file, which is the caller's to remove; or why there is none. */
export type FetchedSource =
  | {
      readonly kind: 'document';
      readonly path: string;
      readonly sha256: Buffer;
      readonly sizeBytes: number;
      /** For people. */
      readonly name: string;
      /** For the engine: the name, with the ending of its declared type where it has another one. */
      readonly fileName: string;
    }
  | { readonly kind: 'failure'; readonly code: JobErrorCode; readonly message: string }
  | { readonly kind: 'cancelled' };

/** For all tries together: a slow server must not keep others' documents waiting for long. */
const FETCH_MS = 5 * 60_000;
/** Waits between tries; there is one try more than waits. */
const PAUSES_MS = [1_000, 4_000];
const MAX_REDIRECTS = 5;

/**
 * Fetches a document through the guarded way out. What may pass (a connection that fails, a server that is busy) is
 * tried three times. Whatever the address does becomes a failure; only faults of Sheaf's own parts are thrown.
 */
export async function fetchSource(
  services: Services,
  address: SourceAddress,
  signal: AbortSignal,
): Promise<FetchedSource> {
  const endsAt = performance.now() + FETCH_MS;
  for (const wait of [...PAUSES_MS, undefined]) {
    try {
      return await attempt(services, address, { endsAt, signal });
    } catch (error) {
      if (signal.aborted) return { kind: 'cancelled' };
      const problem = problemOf(error, services.limits.maxUploadBytes);
      if (!problem.passing || wait === undefined || performance.now() + wait >= endsAt) {
        return { kind: 'failure', code: problem.code, message: problem.message };
      }
      await pause(wait, signal);
      if (signal.aborted) return { kind: 'cancelled' };
    }
  }
  throw new Error('The last try neither succeeded nor failed');
}

interface Attempt {
  /** By `performance.now()`. */
  readonly endsAt: number;
  readonly signal: AbortSignal;
}

async function attempt(services: Services, address: SourceAddress, run: Attempt): Promise<FetchedSource> {
  const { answer, urls } = await follow(services, address, run);
  const { path, size, sha256 } = await services.blobs.receive(answer.stream);
  const name = nameOf(answer, urls, address.name);
  return {
    kind: 'document',
    path,
    sha256,
    sizeBytes: size,
    name,
    fileName: withEnding(name, answer.headers['content-type']),
  };
}

/** The answer behind all redirects, each of which is checked as the first address was. @returns every address on the way */
async function follow(
  services: Services,
  address: SourceAddress,
  { endsAt, signal }: Attempt,
): Promise<{ answer: EgressStream; urls: readonly string[] }> {
  const urls = [address.url];
  for (;;) {
    const url = urls.at(-1) ?? address.url;
    const answer = await services.egress.open({
      url,
      timeoutMs: Math.max(1, endsAt - performance.now()),
      maxResponseBytes: services.limits.maxUploadBytes,
      proxy: address.proxy ?? undefined,
      signal,
    });
    if (answer.status === 200) return { answer, urls };
    answer.stream.destroy();
    const { location } = answer.headers;
    if (![301, 302, 303, 307, 308].includes(answer.status) || location === undefined) {
      throw new AnswerError(new URL(url).host, answer.status);
    }
    if (urls.length > MAX_REDIRECTS || !URL.canParse(location, url)) {
      throw new RedirectError(new URL(url).host, urls.length > MAX_REDIRECTS);
    }
    urls.push(new URL(location, url).href);
  }
}

/** The server answered with something other than the document. */
class AnswerError extends Error {
  override readonly name = 'AnswerError';
  readonly passing: boolean;

  constructor(host: string, status: number) {
    super(`${host} answered with HTTP status ${status} instead of the document.`);
    this.passing = status >= 500 || status === 408 || status === 425 || status === 429;
  }
}

class RedirectError extends Error {
  override readonly name = 'RedirectError';

  constructor(host: string, tooMany: boolean) {
    super(
      tooMany
        ? `The address redirects more than ${MAX_REDIRECTS} times.`
        : `${host} redirects to no valid address.`,
    );
  }
}

/** What may be different a moment later. */
const PASSING: ReadonlySet<string> = new Set(['UNRESOLVED', 'CONNECTION_FAILED', 'PROXY_FAILED', 'TIMEOUT']);

/** @throws what is not the address's doing */
function problemOf(
  error: unknown,
  maxUploadBytes: number,
): { code: JobErrorCode; message: string; passing: boolean } {
  if (error instanceof AnswerError || error instanceof RedirectError) {
    const passing = error instanceof AnswerError && error.passing;
    return { code: 'SOURCE_URL_FAILED', message: `source_url: ${error.message}`, passing };
  }
  if (!(error instanceof EgressError)) throw error;
  if (error.code === 'TOO_LARGE') {
    const message = `The document is larger than ${maxUploadBytes} bytes, the limit of this server; its setting is SHEAF_MAX_UPLOAD_BYTES.`;
    return { code: 'DOCUMENT_TOO_LARGE', message, passing: false };
  }
  const code = error.code === 'EGRESS_DENIED' ? 'SOURCE_URL_REFUSED' : 'SOURCE_URL_FAILED';
  return { code, message: `source_url: ${error.message}`, passing: PASSING.has(error.code) };
}

/** What the server calls it; else the last address on the way whose name has an ending; else what it was called. */
function nameOf({ headers }: EgressStream, urls: readonly string[], fallback: string): string {
  const given = nameOfDisposition(headers['content-disposition']);
  if (given !== undefined) return given;
  const steps = urls.filter((url) => /\.[^./]+$/.test(new URL(url).pathname));
  const last = steps.at(-1);
  return last === undefined ? fallback : nameOfUrl(last);
}

/** Types that content alone does not tell apart, and the endings that tell them. */
const TEXT_ENDINGS: ReadonlyMap<string, readonly [string, ...string[]]> = new Map(
  Object.entries({
    'text/html': ['.html', '.htm', '.xhtml'],
    'application/xhtml+xml': ['.html', '.htm', '.xhtml'],
    'text/csv': ['.csv'],
    'text/tab-separated-values': ['.tsv'],
    'text/markdown': ['.md', '.markdown'],
  } satisfies Record<string, [string, ...string[]]>),
);

function withEnding(name: string, contentType: string | undefined): string {
  const endings = TEXT_ENDINGS.get(contentType?.split(';')[0]?.trim().toLowerCase() ?? '');
  if (!endings || endings.includes(extname(name).toLowerCase())) return name;
  return `${name}${endings[0]}`;
}
