import { afterEach, expect, test } from 'vitest';
import { createLogger } from '../../logger.ts';
import { checkModel } from './check-model.ts';
import { ModelServer, type ModelScript, picturesOf, says } from './fixtures/model-server.ts';
import { createModelClient } from './openai-client.ts';

const servers: ModelServer[] = [];
afterEach(async () => {
  for (const server of servers.splice(0)) await server.close();
});

async function check(script: ModelScript) {
  const server = await ModelServer.open(script);
  servers.push(server);
  const client = createModelClient({
    baseUrl: server.baseUrl,
    model: 'seer',
    concurrency: 1,
    timeoutMs: 5_000,
    backoffMs: 5,
    logger: createLogger({ level: 'silent' }),
  });
  return { result: await checkModel(client), server };
}

test('a model that keeps to schemas and sees pictures passes both trials', async () => {
  const { result, server } = await check((request) =>
    picturesOf(request).length > 0 ? says('Red.') : says('{"larger": 8}'),
  );
  expect(result).toEqual({ structuredOutput: { ok: true }, pictures: { ok: true } });
  expect(server.requests).toHaveLength(2);
  expect(picturesOf(server.requests[1]!)[0]).toMatch(/^data:image\/png;base64,iVBOR/);
});

test('what fails is told by itself', async () => {
  const { result } = await check((request) =>
    picturesOf(request).length > 0
      ? says('I see nothing.')
      : { status: 400, body: { error: { message: 'response_format is not supported' } } },
  );
  expect(result).toMatchObject({
    structuredOutput: { ok: false, code: 'structured_output_refused' },
    pictures: { ok: false, code: 'wrong_answer' },
  });
});

test('words around the data are no structured output', async () => {
  const { result } = await check(() => says('The answer is {"larger": 8}, and red.'));
  expect(result).toMatchObject({
    structuredOutput: { ok: false, code: 'wrong_answer' },
    pictures: { ok: true },
  });
});
