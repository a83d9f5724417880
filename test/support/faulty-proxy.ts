import { createServer, request as ask, type IncomingMessage, type ServerResponse } from 'node:http';

/** What happens to one request instead of passing it on unharmed. */
export type Fault =
  /** An answer of the proxy's own, in the form of S3's errors. */
  | { readonly kind: 'answer'; readonly status: number; readonly code: string; readonly retryAfter?: number }
  /** The answer is passed on up to so many bytes of its body, then the connection breaks. */
  | { readonly kind: 'cut'; readonly afterBytes: number }
  /** The request is passed on with one byte of its body changed. */
  | { readonly kind: 'corrupt' }
  /** The request is carried out, but its answer never comes. */
  | { readonly kind: 'hang' };

/** Stands between a client and a server of HTTP, and does harm when told to. */
export interface FaultyProxy extends AsyncDisposable {
  readonly url: string;
  /** Method and path of every request, in their order. */
  readonly requests: string[];
  /** For the next requests of the method, one each. */
  inflict(method: string, ...faults: readonly Fault[]): void;
  /** Requests of the method wait, their bodies unread, until the returned function lets them pass. */
  hold(method: string): () => void;
  /** How many wait. */
  readonly held: number;
}

/** @param target origin of the server behind it */
export async function startFaultyProxy(target: string): Promise<FaultyProxy> {
  const requests: string[] = [];
  const faults = new Map<string, Fault[]>();
  const gates = new Map<string, Promise<void>>();
  let held = 0;
  const server = createServer((request, response) => {
    const { method = '', url = '' } = request;
    requests.push(`${method} ${url}`);
    const fault = faults.get(method)?.shift();
    if (fault?.kind === 'answer') return answer(request, response, fault);
    const gate = gates.get(method);
    if (!gate) return passOn(target, request, response, fault);
    held += 1;
    void gate.finally(() => {
      held -= 1;
      passOn(target, request, response, fault);
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('The proxy does not listen');
  return {
    url: `http://127.0.0.1:${address.port}`,
    requests,
    inflict(method, ...more) {
      faults.set(method, [...(faults.get(method) ?? []), ...more]);
    },
    hold(method) {
      let letPass: () => void = () => undefined;
      gates.set(method, new Promise((resolve) => (letPass = resolve)));
      return () => {
        gates.delete(method);
        letPass();
      };
    },
    get held() {
      return held;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

function answer(
  request: IncomingMessage,
  response: ServerResponse,
  { status, code, retryAfter }: Extract<Fault, { kind: 'answer' }>,
): void {
  request.resume().once('end', () => {
    response.writeHead(status, {
      'content-type': 'application/xml',
      ...(retryAfter !== undefined && { 'retry-after': String(retryAfter) }),
    });
    response.end(`<?xml version="1.0"?><Error><Code>${code}</Code><Message>as told</Message></Error>`);
  });
}

/** The Host header stays, because it is signed. */
function passOn(
  target: string,
  request: IncomingMessage,
  response: ServerResponse,
  fault: Fault | undefined,
): void {
  const { method, headers } = request;
  const onward = ask(`${target}${request.url ?? ''}`, { method, headers }, (came) => {
    if (fault?.kind === 'hang') return void came.resume();
    response.writeHead(came.statusCode ?? 502, came.headers);
    let left = fault?.kind === 'cut' ? fault.afterBytes : Number.POSITIVE_INFINITY;
    came.on('data', (chunk: Buffer) => {
      if (left <= 0) return;
      response.write(chunk.subarray(0, left));
      left -= chunk.length;
      if (left <= 0) response.socket?.destroySoon();
    });
    came.once('end', () => response.end());
  });
  onward.once('error', () => response.destroy());
  response.once('close', () => onward.destroy());
  let harm = fault?.kind === 'corrupt';
  request.on('data', (chunk: Buffer) => {
    if (harm) chunk[0] = (chunk[0] ?? 0) ^ 1;
    harm = false;
    onward.write(chunk);
  });
  request.once('end', () => onward.end());
}
