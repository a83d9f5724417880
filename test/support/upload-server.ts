import { createHash } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { Writable, type Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';

import { createHttpServer } from '../../src/http/server.ts';
import { createFormReader, type UploadInfo } from '../../src/http/multipart/form-reader.ts';
import { FileUploadFields } from '../../src/http/schemas/file.ts';
import { createLogger } from '../../src/logger.ts';

export const MAX_UPLOAD_BYTES = 1_000_000;
export const KEY = { authorization: 'Bearer llx-test' };
const PRINCIPAL = { keyId: 'key-1', projectId: 'p', organizationId: 'o' };

export interface Stored {
  readonly size: number;
  readonly sha256: string;
}

/** A server with one upload route that keeps only digests, and what became of every file. Close `app` after. */
export async function startUploadServer({
  maxUploadBytes = MAX_UPLOAD_BYTES,
  keep = digest,
  /** What the request waits for before its form is read. */
  admit = async (): Promise<void> => undefined,
} = {}) {
  const seen = { stored: 0, discarded: 0, failed: [] as unknown[], infos: [] as UploadInfo[] };
  const app = createHttpServer({
    logger: createLogger({ level: 'silent' }),
    authenticate: async () => {
      await admit();
      return PRINCIPAL;
    },
    maxUploadBytes,
    version: '0',
  });
  const form = createFormReader({ fileField: 'file', fields: FileUploadFields });
  app.register(async (routes) => {
    routes.post('/upload', { config: { form: form.description } }, async (request) => {
      const sink = {
        async store(stream: Readable, info: UploadInfo): Promise<Stored> {
          seen.infos.push(info);
          try {
            const stored = await keep(stream);
            seen.stored += 1;
            return stored;
          } catch (error) {
            seen.failed.push(error);
            throw error;
          }
        },
        async discard() {
          seen.discarded += 1;
        },
      };
      const { file, info, fields } = await form.read(request, sink);
      return { ...file, ...info, fields };
    });
  });
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { app, port, seen, url: `http://127.0.0.1:${port}/upload` };
}

async function digest(stream: Readable): Promise<Stored> {
  const hash = createHash('sha256');
  let size = 0;
  const sink = new Writable({
    write(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      size += chunk.length;
      done();
    },
  });
  await pipeline(stream, sink);
  return { size, sha256: hash.digest('hex') };
}

/** A form of texts and files, in this order. */
export function formOf(...parts: [name: string, value: string | File][]): FormData {
  const form = new FormData();
  for (const [name, value] of parts) form.append(name, value);
  return form;
}

/** Sends a form as every client does. */
export async function post(url: string, body: FormData) {
  const response = await fetch(url, { method: 'POST', headers: KEY, body });
  return { status: response.status, headers: response.headers, json: (await response.json()) as never };
}

/** Sends raw part headers, which FormData would not let through. */
export async function postRaw(url: string, parts: string[]) {
  const body = [...parts.map((part) => `--B\r\n${part}\r\n`), '--B--\r\n'].join('');
  const headers = { ...KEY, 'content-type': 'multipart/form-data; boundary=B' };
  const response = await fetch(url, { method: 'POST', headers, body });
  return { status: response.status, json: (await response.json()) as never };
}

/** The head and content of a part named `file`. */
export const filePart = (disposition: string, content = 'x') =>
  `Content-Disposition: form-data; name="file"; ${disposition}\r\nContent-Type: application/pdf\r\n\r\n${content}`;
export const purposePart = 'Content-Disposition: form-data; name="purpose"\r\n\r\nparse';
