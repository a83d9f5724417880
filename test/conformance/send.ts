import { Agent, request } from 'node:http';

/** A request as it goes over the wire; nothing is escaped or corrected on the way. */
export interface WireRequest {
  readonly method: string;
  /** With its query, percent-encoded as it is to be sent. */
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string | Buffer;
}

export interface WireAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
}

export interface Sender extends Disposable {
  send(wire: WireRequest): Promise<WireAnswer>;
}

/** Sends requests to one server over connections that are kept. */
export function createSender(base: string): Sender {
  const agent = new Agent({ keepAlive: true, maxSockets: 8 });
  const { hostname, port } = new URL(base);
  return {
    send: ({ method, path, headers, body }) =>
      new Promise((resolve, reject) => {
        const length = body === undefined ? {} : { 'content-length': Buffer.byteLength(body) };
        const sent = request({ agent, hostname, port, method, path, headers: { ...length, ...headers } });
        sent.on('error', reject);
        sent.on('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.on('error', reject);
          response.on('end', () =>
            resolve({
              status: response.statusCode ?? 0,
              headers: response.headers,
              text: Buffer.concat(chunks).toString(),
            }),
          );
        });
        sent.end(body);
      }),
    [Symbol.dispose]: () => agent.destroy(),
  };
}

const BOUNDARY = 'conformance-boundary';

/** A form's text fields and one file, as `multipart/form-data`. */
export function formOf(
  fields: Readonly<Record<string, string>>,
  file?: { readonly field: string; readonly name: string; readonly text: string },
): Pick<WireRequest, 'headers' | 'body'> {
  const part = (head: string, text: string): string =>
    `--${BOUNDARY}\r\nContent-Disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const parts = Object.entries(fields).map(([name, text]) => part(`name="${name}"`, text));
  if (file) parts.push(part(`name="${file.field}"; filename="${file.name}"`, file.text));
  return {
    headers: { 'content-type': `multipart/form-data; boundary=${BOUNDARY}` },
    body: `${parts.join('')}--${BOUNDARY}--\r\n`,
  };
}
