import { createHash, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';

/** What the operator's machines may ask, of any process in any role. */
export interface OperatorServerParts {
  readonly host: string;
  /** 0 lets the system choose. */
  readonly port: number;
  /** Asked for as a bearer token by `/metrics`; absent: whoever reaches the address may read them. */
  readonly token?: string;
  readonly metrics: { text(): Promise<string>; readonly contentType: string };
  /** Whether the process can do its work now. */
  readonly isReady: () => Promise<boolean>;
}

/** The listener of the operator: `/healthz`, `/readyz` and `/metrics`, apart from the API and for workers too. */
export interface OperatorServer {
  readonly url: string;
  close(): Promise<void>;
}

interface Answer {
  readonly status: number;
  readonly body: string;
  readonly headers?: Readonly<Record<string, string>>;
}

const REQUEST_TIMEOUT_MS = 10_000;

/** @throws when the address cannot be listened on */
export async function openOperatorServer(parts: OperatorServerParts): Promise<OperatorServer> {
  const server = createServer((request, response) => void respond(parts, request, response));
  server.requestTimeout = REQUEST_TIMEOUT_MS;
  server.headersTimeout = REQUEST_TIMEOUT_MS;
  await new Promise<void>((resolve, reject) => {
    server.once('error', (error) => reject(cannotListen(parts, error)));
    server.listen(parts.port, parts.host, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = parts.host.includes(':') ? `[${parts.host}]` : parts.host;
  return {
    url: `http://${host}:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

function cannotListen({ host, port }: OperatorServerParts, error: Error): Error {
  return new Error(
    `SHEAF_METRICS_HOST and SHEAF_METRICS_PORT: nothing can listen on ${host}:${port} (${error.message}). ` +
      'Every process of a machine needs a port of its own.',
    { cause: error },
  );
}

async function respond(
  parts: OperatorServerParts,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const { status, body, headers } = await answerOf(parts, request).catch((): Answer => ({
    status: 500,
    body: 'The metrics could not be collected.\n',
  }));
  response.writeHead(status, { 'content-type': 'text/plain; charset=utf-8', ...headers });
  response.end(request.method === 'HEAD' ? undefined : body);
}

async function answerOf(parts: OperatorServerParts, request: IncomingMessage): Promise<Answer> {
  if (request.method !== 'GET' && request.method !== 'HEAD')
    return { status: 405, body: 'Only GET is answered here.\n', headers: { allow: 'GET, HEAD' } };
  switch (request.url?.split('?', 1)[0]) {
    case '/healthz':
      return { status: 200, body: 'ok\n' };
    case '/readyz':
      if (await parts.isReady()) return { status: 200, body: 'ready\n' };
      return {
        status: 503,
        body: 'not ready: the database does not answer, or this process is stopping\n',
        headers: { 'retry-after': '5' },
      };
    case '/metrics':
      if (!isAllowed(parts.token, request.headers.authorization)) {
        const body = 'Send the token of SHEAF_METRICS_TOKEN as a bearer token.\n';
        return { status: 401, body, headers: { 'www-authenticate': 'Bearer' } };
      }
      return {
        status: 200,
        body: await parts.metrics.text(),
        headers: { 'content-type': parts.metrics.contentType },
      };
    default:
      return { status: 404, body: 'There are /healthz, /readyz and /metrics here.\n' };
  }
}

/** Compared by their hashes, which have one length, in a time that tells nothing. */
function isAllowed(token: string | undefined, authorization: string | undefined): boolean {
  if (token === undefined) return true;
  const given = /^Bearer +(\S+) *$/i.exec(authorization ?? '')?.[1] ?? '';
  return timingSafeEqual(hashOf(given), hashOf(token));
}

function hashOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
