import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { Readable } from 'node:stream';

import { allowsName, parseAllowList } from './allow-list.ts';
import { startDeadline, type Deadline } from './deadline.ts';
import { dial, secure } from './dial.ts';
import { EgressError } from './error.ts';
import { exchange, type Message } from './exchange.ts';
import { createGuard, lookUpInSystem, type Guard } from './guard.ts';
import { collectBody, streamBody } from './limited-body.ts';
import { createLookupQueue, type Lookup } from './lookup-queue.ts';
import { authorityForProxy, openTunnel, proxyHeaders } from './proxy.ts';
import { parseTarget, type Target } from './target.ts';

/**
 * The only way out to addresses that clients name: webhooks, source URLs and proxies. It calls public addresses
 * and what `SHEAF_EGRESS_ALLOW` adds. A redirect is an answer like any other: it is
 * not followed here, and who follows it calls again, under the same checks. Every connection is made for one request. Every failure is an {@link EgressError}, whose message may be shown to clients.
 */
export interface Egress {
  /**
   * A sentence that tells why a URL will never be called, or undefined. Asks no name server, so a name may still
   * turn out to be refused when it is called.
   */
  refusalOf(url: string): string | undefined;
  /** One exchange whose answer is kept in memory; what it has beyond `maxResponseBytes` is cut off. */
  request(options: EgressRequest): Promise<EgressAnswer>;
  /** A GET whose answer is read as a stream. The caller reads it to its end or destroys it, whatever the status. */
  open(options: EgressDownload): Promise<EgressStream>;
}

export interface EgressRequest {
  readonly url: string;
  readonly method: 'GET' | 'POST' | 'PUT';
  /** Those of the connection (`host`, `content-length`, `transfer-encoding`, …) are Sheaf's and left out. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Uint8Array;
  /** For everything, from the look-up of the name to the last byte of the answer. */
  readonly timeoutMs: number;
  readonly maxResponseBytes: number;
  readonly signal?: AbortSignal | undefined;
}

export interface EgressAnswer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: Buffer;
  /** The body was longer than `maxResponseBytes`, broke off, or was not complete in time. */
  readonly truncated: boolean;
  /** From the call to the last byte. */
  readonly milliseconds: number;
}

export interface EgressDownload {
  readonly url: string;
  /** For everything, also for reading the stream to its end. */
  readonly timeoutMs: number;
  /** A longer answer makes the stream fail with TOO_LARGE. */
  readonly maxResponseBytes: number;
  /** URL of a proxy, with a user and password if it wants them. It must be one that may be called itself. */
  readonly proxy?: string | undefined;
  readonly signal?: AbortSignal | undefined;
}

export interface EgressStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  /** Fails with an {@link EgressError}. */
  readonly stream: Readable;
}

export interface EgressOptions {
  /** Entries of `SHEAF_EGRESS_ALLOW`. */
  readonly allow: readonly string[];
  /** How names are looked up. Default: as the system does. */
  readonly lookup?: Lookup;
}

/**
 * Look-ups of names that run at the same time. Node gives the system's look-ups half of its four threads, so that
 * files and compression always have the other half; what is more than that would wait there, where no deadline reaches.
 */
const LOOKUPS_AT_ONCE = 2;

/** @throws Error when `allow` has an entry that means nothing */
export function createEgress({ allow, lookup = lookUpInSystem }: EgressOptions): Egress {
  const { rules, wrong } = parseAllowList(allow);
  if (wrong.length > 0) throw new Error(`Not an address, network or name: ${wrong.join(', ')}`);
  const guard = createGuard(rules, createLookupQueue(lookup, LOOKUPS_AT_ONCE));
  const isTrusted = ({ host, port }: Target): boolean => allowsName(rules, host, port);
  return {
    refusalOf: (url) => refusalOf(guard, url),
    request: async (options) => {
      const began = performance.now();
      const target = parseTarget(options.url);
      return underDeadline(target, options, async (deadline) => {
        const response = await call({ guard, target, deadline, message: options });
        const answer = await collectBody(response, { deadline, maxBytes: options.maxResponseBytes });
        deadline.clear();
        return { ...headOf(response), ...answer, milliseconds: performance.now() - began };
      });
    },
    open: async (options) => {
      const target = parseTarget(options.url);
      const proxy = options.proxy === undefined ? undefined : parseTarget(options.proxy);
      const message = { method: 'GET', headers: { accept: '*/*', 'accept-encoding': 'identity' } };
      return underDeadline(target, options, async (deadline) => {
        const response = await call({ guard, target, deadline, message, via: proxy && { proxy, isTrusted } });
        try {
          const stream = streamBody(response, { target, deadline, maxBytes: options.maxResponseBytes });
          return { ...headOf(response), stream };
        } catch (error) {
          response.destroy();
          throw error;
        }
      });
    },
  };
}

function refusalOf(guard: Guard, url: string): string | undefined {
  try {
    return guard.refusalOf(parseTarget(url));
  } catch (error) {
    if (error instanceof EgressError) return error.message;
    throw error;
  }
}

/** Runs an exchange under its deadline; once it succeeds, ending the watch is its own matter. */
async function underDeadline<T>(
  target: Target,
  options: { readonly timeoutMs: number; readonly signal?: AbortSignal | undefined },
  run: (deadline: Deadline) => Promise<T>,
): Promise<T> {
  const deadline = startDeadline({ ...options, what: target.authority });
  try {
    return await run(deadline);
  } catch (error) {
    deadline.clear();
    throw error;
  }
}

interface Call {
  readonly guard: Guard;
  readonly target: Target;
  readonly deadline: Deadline;
  readonly message: Message;
  readonly via?: Via | undefined;
}

interface Via {
  readonly proxy: Target;
  /** Whether the operator trusts a target by name: then the proxy may look it up, and perhaps only it can. */
  readonly isTrusted: (target: Target) => boolean;
}

async function call({ guard, target, deadline, message, via }: Call): Promise<IncomingMessage> {
  const { signal } = deadline;
  if (!via) {
    const addresses = await guard.addressesOf(target, signal);
    const socket = await dial(addresses, target, signal);
    const connection = target.secure ? await secure(socket, target, signal) : socket;
    return exchange(connection, target, message, signal);
  }
  const { proxy } = via;
  const checked = via.isTrusted(target) ? [] : await guard.addressesOf(target, signal);
  const authority = authorityForProxy(target, checked);
  const addresses = await guard.addressesOf(proxy, signal);
  const plain = await dial(addresses, proxy, signal);
  const socket = proxy.secure ? await secure(plain, proxy, signal) : plain;
  if (!target.secure) {
    const proxied = { ...message, proxy: { headers: proxyHeaders(proxy), authority } };
    return exchange(socket, target, proxied, signal);
  }
  const tunnel = await openTunnel(socket, { proxy, authority }, signal);
  return exchange(await secure(tunnel, target, signal), target, message, signal);
}

function headOf(response: IncomingMessage): { status: number; headers: IncomingHttpHeaders } {
  return { status: response.statusCode ?? 0, headers: response.headers };
}
