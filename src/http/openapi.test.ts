import { afterEach, expect, test } from 'vitest';

import { createLogger } from '../logger.ts';
import { createFormReader } from './multipart/form-reader.ts';
import { Batch, BatchListQuery, BatchPage } from './schemas/batch.ts';
import { FileUploadFields, FileV2 } from './schemas/file.ts';
import { ParseResult } from './schemas/parse-result.ts';
import { createHttpServer, type HttpServer } from './server.ts';

let app: HttpServer;
afterEach(async () => app.close());

async function startServer(): Promise<HttpServer> {
  app = createHttpServer({
    logger: createLogger({ level: 'silent' }),
    authenticate: async () => null,
    maxUploadBytes: 1000,
    version: '1.2.3',
    publicUrl: 'https://sheaf.example/base',
  });
  const form = createFormReader({ fileField: 'file', fields: FileUploadFields });
  app.register(async (routes: HttpServer) => {
    const list = { querystring: BatchListQuery, response: { 200: BatchPage } };
    routes.get('/api/v2/batches', { schema: { tags: ['Batches'], summary: 'List', ...list } }, async () => ({
      items: [],
    }));
    routes.get('/parse', { schema: { response: { 200: ParseResult } } }, async () => {
      throw new Error('not called');
    });
    routes.post(
      '/files',
      { schema: { response: { 201: FileV2 } }, config: { form: form.description } },
      async () => {
        throw new Error('not called');
      },
    );
    routes.get('/healthz', { config: { public: true } }, async () => ({}));
  });
  await app.ready();
  return app;
}

interface Document {
  openapi: string;
  info: { version: string };
  servers: unknown;
  security: unknown;
  paths: Record<
    string,
    Record<
      string,
      { parameters: { name: string }[]; requestBody: never; responses: never; security?: unknown }
    >
  >;
  components: { schemas: Record<string, object>; securitySchemes: unknown };
}

test('the description needs no key and names its components', async () => {
  const answer = await (await startServer()).inject('/api/openapi.json');
  expect(answer.statusCode).toBe(200);
  const document = answer.json<Document>();
  expect(document).toMatchObject({
    openapi: '3.1.0',
    info: { version: '1.2.3' },
    servers: [{ url: 'https://sheaf.example/base' }],
    security: [{ key: [] }],
    components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
  });
  expect(Object.keys(document.paths).sort()).toEqual(['/api/v2/batches', '/files', '/healthz', '/parse']);
  const list = document.paths['/api/v2/batches']?.get;
  expect(list?.parameters.map(({ name }) => name)).toContain('created_at_on_or_after');
  expect(list?.responses).toMatchObject({
    200: { content: { 'application/json': { schema: { $ref: '#/components/schemas/BatchPage' } } } },
    401: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } } },
    422: {
      content: { 'application/json': { schema: { $ref: '#/components/schemas/HTTPValidationError' } } },
    },
  });
  expect(document.components.schemas.BatchPage).toMatchObject({
    properties: { items: { type: 'array', items: { $ref: '#/components/schemas/Batch' } } },
  });
  expect(document.paths['/healthz']?.get?.security).toEqual([]);
});

test('a form is shown with its file and fields', async () => {
  const document = (await (await startServer()).inject('/api/openapi.json')).json<Document>();
  expect(document.paths['/files']?.post?.requestBody).toMatchObject({
    content: {
      'multipart/form-data': {
        schema: {
          required: ['file', 'purpose'],
          properties: { file: { type: 'string', format: 'binary' }, purpose: { type: 'string' } },
        },
      },
    },
  });
});

test('every reference leads somewhere, also those of recursive schemas, and no id or mark is left', async () => {
  const answer = await (await startServer()).inject('/api/openapi.json');
  const { schemas } = answer.json<Document>().components;
  const references = [...answer.body.matchAll(/"\$ref":"([^"]+)"/g)].map(([, reference]) => reference);
  expect(references.length).toBeGreaterThan(50);
  expect(references).toContain('#/components/schemas/ListItem');
  for (const reference of references) {
    expect(schemas).toHaveProperty([reference?.replace('#/components/schemas/', '') ?? '']);
  }
  expect(answer.body).not.toMatch(/\$id|\$defs|x-component|~kind/);
  expect(Object.keys(Batch.properties).sort()).toEqual(
    Object.keys((schemas.Batch as { properties: object }).properties).sort(),
  );
});

test('the page at /docs loads everything from its own origin', async () => {
  const server = await startServer();
  const page = await server.inject('/docs/');
  expect(page.statusCode).toBe(200);
  const links = [...page.body.matchAll(/(?:src|href)="([^"]+)"/g)].map(([, link]) => link ?? '');
  expect(links.length).toBeGreaterThan(4);
  for (const link of links) {
    expect(link).toMatch(/^\.\/static\//);
    expect((await server.inject(`/docs/${link.slice(2)}`)).statusCode).toBe(200);
  }
  const settings = await server.inject('/docs/static/swagger-initializer.js');
  expect(settings.body).toContain('"validatorUrl":null');
  expect((await server.inject('/docs/json')).statusCode).toBe(200);
});
