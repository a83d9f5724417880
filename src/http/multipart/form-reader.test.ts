import { createHash } from 'node:crypto';
import { Readable } from 'node:stream';

import { toFile } from '@llamaindex/llama-cloud';
import { afterEach, expect, test } from 'vitest';

import {
  filePart,
  formOf,
  post,
  postRaw,
  purposePart,
  startUploadServer,
} from '../../../test/support/upload-server.ts';
import type { HttpServer } from '../server.ts';

const open: HttpServer[] = [];
afterEach(async () => {
  for (const app of open.splice(0)) await app.close();
});

async function startServer(options: Parameters<typeof startUploadServer>[0] = {}) {
  const server = await startUploadServer(options);
  open.push(server.app);
  return server;
}

test('parts may come in any order, and names are UTF-8', async () => {
  const { url } = await startServer();
  const file = new File(['hello'], 'Übersicht 2026 – 概要.pdf', { type: 'application/pdf' });
  for (const form of [
    formOf(['file', file], ['purpose', 'parse']),
    formOf(['purpose', 'parse'], ['file', file]),
  ]) {
    const { status, json } = await post(url, form);
    expect(status).toBe(200);
    expect(json).toEqual({
      size: 5,
      sha256: createHash('sha256').update('hello').digest('hex'),
      fileName: 'Übersicht 2026 – 概要.pdf',
      mediaType: 'application/pdf',
      fields: { purpose: 'parse' },
    });
  }
});

test("the SDK's own uploadable works, and unknown text fields and empty ones are passed over", async () => {
  const { url } = await startServer();
  const file = await toFile(Readable.from([Buffer.from('streamed')]), 'report.docx');
  const form = formOf(['file', file], ['purpose', 'parse'], ['external_file_id', ''], ['mood', 'good']);
  const { status, json } = await post(url, form);
  expect(status).toBe(200);
  expect(json).toMatchObject({ size: 8, fileName: 'report.docx', fields: { purpose: 'parse' } });
});

test.each([
  ['filename="C:\\\\Users\\\\me\\\\plan.pdf"', 'plan.pdf'],
  ['filename="/home/me/../etc/plan.pdf"', 'plan.pdf'],
  ["filename*=UTF-8''%E6%A6%82%E8%A6%81.pdf", '概要.pdf'],
  ['filename="a;b,c.pdf"', 'a;b,c.pdf'],
])('file name of %s is %s', async (disposition, fileName) => {
  const { url } = await startServer();
  expect(await postRaw(url, [purposePart, filePart(disposition)])).toMatchObject({
    status: 200,
    json: { fileName },
  });
});

test.each([
  ['no name', 'filename=""', 'value_error'],
  ['only a parent', 'filename=".."', 'value_error'],
  ['a NUL', 'filename="a\0.pdf"', 'value_error'],
  ['a name too long', `filename="${'n'.repeat(3001)}"`, 'string_too_long'],
])('a file with %s is refused and not stored', async (_, disposition, type) => {
  const { url, seen } = await startServer();
  const { status, json } = await postRaw(url, [purposePart, filePart(disposition)]);
  expect(status).toBe(422);
  expect(json).toMatchObject({ detail: [{ type, loc: ['body', 'file'] }] });
  expect(seen.infos).toEqual([]);
});

test('a form without its file names every problem', async () => {
  const { url } = await startServer();
  const { status, json } = await post(url, formOf(['external_file_id', 'e']));
  expect(status).toBe(422);
  expect(json).toEqual({
    detail: [
      { type: 'missing', loc: ['body', 'file'], msg: 'Field required' },
      { type: 'missing', loc: ['body', 'purpose'], msg: 'Field required', input: { external_file_id: 'e' } },
    ],
  });
});

test('a Buffer sent byte by byte is a missing file', async () => {
  const { url } = await startServer();
  const bytes = Array.from({ length: 3000 }, (_, i): [string, string] => [`file[${i}]`, String(i % 256)]);
  const { status, json } = await post(url, formOf(['purpose', 'parse'], ...bytes));
  expect(status).toBe(422);
  expect(json).toMatchObject({ detail: [{ type: 'missing', loc: ['body', 'file'] }] });
});

test('a text in place of the file, a second file and a file elsewhere are refused', async () => {
  const { url, seen } = await startServer();
  const file = () => new File(['x'], 'x.txt');
  const text = await post(url, formOf(['purpose', 'parse'], ['file', 'not a file']));
  expect(text).toMatchObject({
    status: 422,
    json: { detail: [{ type: 'value_error', loc: ['body', 'file'] }] },
  });
  const twice = await post(url, formOf(['purpose', 'parse'], ['file', file()], ['file', file()]));
  expect(twice).toMatchObject({
    status: 422,
    json: { detail: [{ type: 'extra_forbidden', loc: ['body', 'file'] }] },
  });
  const elsewhere = await post(url, formOf(['purpose', 'parse'], ['upload_file', file()]));
  expect(elsewhere).toMatchObject({
    status: 422,
    json: {
      detail: [
        { type: 'extra_forbidden', loc: ['body', 'upload_file'] },
        { type: 'missing', loc: ['body', 'file'] },
      ],
    },
  });
  expect(seen).toMatchObject({ stored: 1, discarded: 1 });
});

test('a stored file is discarded when a later field is bad', async () => {
  const { url, seen } = await startServer();
  const { status } = await post(url, formOf(['file', new File(['x'], 'x.txt')], ['external_file_id', 'e\0']));
  expect(status).toBe(422);
  expect(seen).toMatchObject({ stored: 1, discarded: 1 });
});
