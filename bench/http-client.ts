import { Agent, request } from 'node:http';

/** Calls one server over one kept connection, with as little of its own time as Node allows. */
export interface HttpClient {
  /** @returns the body of a 2xx answer @throws with the body of any other */
  call(method: 'GET' | 'POST', path: string, body?: string): Promise<string>;
  close(): void;
}

export function openHttpClient(server: { readonly url: string; readonly apiKey: string }): HttpClient {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const headers = { authorization: `Bearer ${server.apiKey}` };
  return {
    call: (method, path, body) =>
      new Promise((resolve, reject) => {
        const sent = request(`${server.url}${path}`, {
          agent,
          method,
          headers: { ...headers, ...(body !== undefined && { 'content-type': 'application/json' }) },
        });
        sent.once('error', reject);
        sent.once('response', (response) => {
          const chunks: Buffer[] = [];
          response.on('data', (chunk: Buffer) => chunks.push(chunk));
          response.once('error', reject);
          response.once('end', () => {
            const text = Buffer.concat(chunks).toString();
            const ok = response.statusCode !== undefined && response.statusCode < 300;
            if (ok) resolve(text);
            else reject(new Error(`${method} ${path}: ${response.statusCode} ${text}`));
          });
        });
        sent.end(body);
      }),
    close: () => agent.destroy(),
  };
}
