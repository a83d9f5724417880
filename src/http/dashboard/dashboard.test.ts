import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import fastify, { type FastifyInstance } from 'fastify';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { handleErrors } from '../error-handling.ts';
import { PAGE_ROOTS } from './page-roots.ts';
import { registerDashboard } from './routes.ts';

let folder: string;
let app: FastifyInstance;

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'sheaf-dashboard-'));
});
afterEach(async () => {
  await app.close();
  await rm(folder, { recursive: true, force: true });
});

async function build(): Promise<string> {
  const built = join(folder, 'dashboard');
  await mkdir(join(built, 'assets'), { recursive: true });
  await writeFile(join(folder, 'secret.txt'), 'secret');
  await writeFile(join(built, 'index.html'), '<head><base href="/" /></head>');
  await writeFile(join(built, 'assets', 'index-abc.js'), 'let a = 1;');
  await writeFile(join(built, 'assets', 'index-abc.js.gz'), gzipSync('let a = 1;'));
  return built;
}

async function serve(directory: string, publicUrl?: string): Promise<void> {
  app = fastify();
  handleErrors(app);
  await registerDashboard(app, { directory, ...(publicUrl !== undefined && { publicUrl }) });
}

describe('a built dashboard', () => {
  test('answers at / and at every page, under a policy that allows its own origin alone', async () => {
    await serve(await build());
    for (const url of ['/', ...PAGE_ROOTS.flatMap((root) => [`/${root}`, `/${root}/an/id?x=1`])]) {
      const answer = await app.inject({ url });
      expect(answer.statusCode, url).toBe(200);
      expect(answer.body).toContain('<base href="/"');
      const policy = String(answer.headers['content-security-policy']);
      expect(policy).toMatch(/^default-src 'none'; script-src 'self' 'wasm-unsafe-eval';/);
      expect(policy).not.toMatch(/unsafe-inline|unsafe-eval'(?<!wasm-unsafe-eval')|https?:|\*/);
      expect(answer.headers).toMatchObject({
        'x-content-type-options': 'nosniff',
        'cache-control': 'no-cache',
      });
    }
  });

  test('shadows nothing else', async () => {
    await serve(await build());
    for (const url of ['/api/v2/batches', '/docs', '/healthz', '/metrics', '/batchesx', '/index.html']) {
      expect((await app.inject({ url })).statusCode, url).toBe(404);
    }
  });

  test('gives files for ever, compressed for those who take it', async () => {
    await serve(await build());
    const plain = await app.inject({ url: '/assets/index-abc.js' });
    expect(plain.body).toBe('let a = 1;');
    expect(plain.headers['cache-control']).toContain('immutable');
    expect(plain.headers['content-type']).toContain('text/javascript');
    const headers = { 'accept-encoding': 'br, gzip' };
    const small = await app.inject({ url: '/assets/index-abc.js', headers });
    expect(small.headers['content-encoding']).toBe('gzip');
    expect(gunzipSync(small.rawPayload).toString()).toBe('let a = 1;');
    const refused = await app.inject({
      url: '/assets/index-abc.js',
      headers: { 'accept-encoding': 'gzip;q=0' },
    });
    expect(refused.headers['content-encoding']).toBeUndefined();
  });

  test.each([
    '/assets/../../secret.txt',
    '/assets/%2e%2e/%2e%2e/secret.txt',
    '/assets/..%2f..%2fsecret.txt',
    '/assets/',
  ])('gives nothing outside of its folder: %s', async (url) => {
    await serve(await build());
    const answer = await app.inject({ url });
    expect(answer.statusCode).toBe(404);
    expect(answer.body).not.toContain('secret\n');
  });

  test('stands under the path of the public address', async () => {
    await serve(await build(), 'https://example.test/tools/sheaf');
    expect((await app.inject({ url: '/' })).body).toContain('<base href="/tools/sheaf/"');
  });
});

test('a server whose dashboard was not built says so, and how to build it', async () => {
  await serve(join(folder, 'nowhere'));
  const answer = await app.inject({ url: '/' });
  expect(answer.statusCode).toBe(404);
  expect(answer.body).toMatch(/has not been built.*npm run build/s);
});
