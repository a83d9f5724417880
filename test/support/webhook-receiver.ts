import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

/** A request as it came over the wire. */
export interface ReceivedEvent {
  readonly path: string;
  readonly headers: IncomingHttpHeaders;
  /** The raw bytes. */
  readonly body: Buffer;
  readonly id: string;
  readonly type: string;
}

/** What a receiver answers; nothing: it keeps the caller waiting. */
export type Answer =
  { readonly status: number; readonly headers?: Record<string, string>; readonly body?: string } | undefined;

/** A real endpoint for webhooks on this machine. */
export interface WebhookReceiver extends AsyncDisposable {
  readonly url: string;
  readonly port: number;
  /** In the order of their arrival. */
  readonly events: readonly ReceivedEvent[];
  /** From now on. */
  answerWith(answer: (event: ReceivedEvent, earlier: number) => Answer): void;
}

export async function startReceiver(
  answer: (event: ReceivedEvent, earlier: number) => Answer = () => ({ status: 200 }),
): Promise<WebhookReceiver> {
  const events: ReceivedEvent[] = [];
  let answerTo = answer;
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const event: ReceivedEvent = {
        path: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks),
        id: String(request.headers['x-webhook-event-id']),
        type: String(request.headers['x-webhook-event-type']),
      };
      const earlier = events.filter((other) => other.id === event.id).length;
      events.push(event);
      const given = answerTo(event, earlier);
      if (given) response.writeHead(given.status, given.headers).end(given.body ?? 'thank you');
    });
  });
  const port = await listen(server);
  return {
    url: `http://127.0.0.1:${port}`,
    port,
    events,
    answerWith(next) {
      answerTo = next;
    },
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function listen(server: Server): Promise<number> {
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return (server.address() as AddressInfo).port;
}
