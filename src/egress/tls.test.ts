import { execFile } from 'node:child_process';
import { writeFile, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { TLSSocket } from 'node:tls';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import { expect, test } from 'vitest';

import { tlsOptionsFor } from './dial.ts';
import { createEgress } from './egress.ts';
import { makeCertificate, serve, serveTls, type Certificate } from './servers.fixture.ts';
import { parseTarget } from './target.ts';

const REQUEST = { method: 'GET', headers: {}, timeoutMs: 10_000, maxResponseBytes: 1000 } as const;
const lookup = async () => ['127.0.0.1'];

/** The answers of a process that trusts a certificate, as an operator makes Sheaf trust one. */
async function callTrusting({ cert }: Certificate, urls: readonly string[]): Promise<unknown[]> {
  const directory = await mkdtemp(join(tmpdir(), 'sheaf-egress-'));
  const script = `
    import { createEgress } from ${JSON.stringify(fileURLToPath(new URL('egress.ts', import.meta.url)))};
    const egress = createEgress({ allow: ['127.0.0.1'], lookup: async () => ['127.0.0.1'] });
    const call = (url) => egress.request({ ...${JSON.stringify(REQUEST)}, url });
    const results = ${JSON.stringify(urls)}.map((url) => call(url).then((a) => a.body.toString(), (e) => e.code));
    console.log(JSON.stringify(await Promise.all(results)));`;
  try {
    const ca = join(directory, 'ca.pem');
    await writeFile(ca, cert);
    const { stdout } = await promisify(execFile)(
      process.execPath,
      ['--import', 'tsx', '--input-type=module', '--eval', script],
      { env: { ...process.env, NODE_EXTRA_CA_CERTS: ca } },
    );
    return JSON.parse(stdout) as unknown[];
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

test('the certificate must be for the name in the URL, whatever address is called', async () => {
  const certificate = makeCertificate('good.example');
  const names: unknown[] = [];
  await using server = await serveTls(certificate, (request, response) => {
    names.push((request.socket as TLSSocket & { servername?: string }).servername);
    response.end(request.headers.host);
  });
  const urls = ['good.example', 'other.example', '127.0.0.1'].map(
    (host) => `https://${host}:${server.port}/`,
  );
  const answers = await callTrusting(certificate, urls);
  expect(answers).toEqual([`good.example:${server.port}`, 'TLS_FAILED', 'TLS_FAILED']);
  expect(names).toEqual(['good.example']);
});

test('a certificate that nobody vouches for is refused', async () => {
  await using server = await serveTls(makeCertificate('good.example'), (_, response) => response.end());
  const egress = createEgress({ allow: ['127.0.0.1'], lookup });
  const url = `https://good.example:${server.port}/`;
  await expect(egress.request({ ...REQUEST, url })).rejects.toMatchObject({
    code: 'TLS_FAILED',
    message: `A secure connection to good.example:${server.port} failed: the certificate is signed by itself. Check its certificate.`,
  });
});

test('a plain server is not taken for a secure one', async () => {
  await using server = await serve((_, response) => response.end());
  const egress = createEgress({ allow: ['127.0.0.1'], lookup });
  const url = `https://good.example:${server.port}/`;
  await expect(egress.request({ ...REQUEST, url })).rejects.toMatchObject({ code: 'TLS_FAILED' });
});

test('a name is asked for, an address is not', () => {
  expect(tlsOptionsFor(parseTarget('https://good.example.:1/'))).toMatchObject({
    host: 'good.example',
    servername: 'good.example',
    rejectUnauthorized: true,
  });
  expect(tlsOptionsFor(parseTarget('https://[::1]/'))).not.toHaveProperty('servername');
});
