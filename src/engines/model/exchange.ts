import { Agent as HttpAgent, request as requestHttp, type IncomingMessage } from 'node:http';
import { Agent as HttpsAgent, request as requestHttps } from 'node:https';

/** Most bytes of an answer: far more than any model writes. */
const LARGEST_ANSWER = 16 * 1024 * 1024;
/** What the client library may send of its own; everything else it would add tells of this machine. */
const PASSED_HEADERS = ['accept', 'content-type'] as const;
/** Statuses whose answers have no body (Fetch standard, section 2.2.3). */
const WITHOUT_BODY: ReadonlySet<number> = new Set([204, 205, 304]);

export class AnswerTooLargeError extends Error {
  override readonly name = 'AnswerTooLargeError';
}

/**
 * What the client library sends its requests with, in the shape of `fetch`. Unlike the built-in one it waits for an
 * answer's head as long as its caller does (a model on a processor may think for many minutes), never follows a redirect,
 * bounds what it reads, and puts in the key, which the library therefore never holds.
 */
export function createExchange(apiKey: string | undefined): typeof fetch {
  const agents = { http: new HttpAgent({ keepAlive: true }), https: new HttpsAgent({ keepAlive: true }) };
  return (input, init = {}) => {
    const url = new URL(input instanceof Request ? input.url : input);
    const body = typeof init.body === 'string' ? init.body : '';
    const headers = outgoingHeaders(new Headers(init.headers), apiKey);
    return new Promise((resolve, reject) => {
      const options = {
        method: init.method ?? 'GET',
        headers: { ...headers, 'content-length': Buffer.byteLength(body) },
      };
      const request =
        url.protocol === 'https:'
          ? requestHttps(url, { ...options, agent: agents.https })
          : requestHttp(url, { ...options, agent: agents.http });
      const abort = () => request.destroy(new DOMException('The request was stopped.', 'AbortError'));
      const { signal } = init;
      signal?.addEventListener('abort', abort, { once: true });
      request.once('close', () => signal?.removeEventListener('abort', abort));
      request.once('error', reject);
      request.once('response', (message) => void readWhole(message).then(resolve, reject));
      if (signal?.aborted === true) abort();
      request.end(body);
    });
  };
}

function outgoingHeaders(given: Headers, apiKey: string | undefined): Record<string, string> {
  const headers: Record<string, string> = { 'user-agent': 'sheaf' };
  for (const name of PASSED_HEADERS) {
    const value = given.get(name);
    if (value !== null) headers[name] = value;
  }
  if (apiKey !== undefined) headers['authorization'] = `Bearer ${apiKey}`;
  return headers;
}

async function readWhole(message: IncomingMessage): Promise<Response> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > LARGEST_ANSWER)
      throw new AnswerTooLargeError(`The answer is larger than ${LARGEST_ANSWER} bytes.`);
    chunks.push(chunk);
  }
  const headers = new Headers();
  for (const [name, value] of Object.entries(message.headers)) {
    if (value !== undefined) headers.set(name, Array.isArray(value) ? value.join(', ') : value);
  }
  const status = message.statusCode ?? 500;
  return new Response(WITHOUT_BODY.has(status) ? null : Buffer.concat(chunks), { status, headers });
}
