import { afterEach, expect, test } from 'vitest';
import type { SchemaDraft } from '../../../model/schema-author.ts';
import { type ModelScript, says, textsOf } from '../../model/fixtures/model-server.ts';
import { schemaOf } from '../fixtures/placed-pages.ts';
import { ModelSite } from './fixtures/model-site.ts';
import { createSchemaAuthor } from './schema-author.ts';

const sites: ModelSite[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

async function write(script: ModelScript, draft: SchemaDraft, contextTokens = 32_000) {
  const site = await ModelSite.open(script);
  sites.push(site);
  const author = createSchemaAuthor(site.client, contextTokens);
  return { site, result: await author.write(draft, new AbortController().signal) };
}

const GOOD = { type: 'object', properties: { ship: { type: 'string', description: 'Her name.' } } };

test('makes a schema of words, the fields there are and a document', async () => {
  const given = schemaOf({ captain: { type: 'string' } });
  const { site, result } = await write(
    () => says(`\`\`\`json\n${JSON.stringify({ schema: GOOD })}\n\`\`\``),
    {
      prompt: 'Which ship it was',
      documentText: 'The brig Merganser came in.',
      given,
    },
  );
  expect(result).toMatchObject({
    ok: true,
    schema: { properties: { ship: { type: 'string' } }, required: [] },
  });
  const asked = textsOf(site.requests[0]!);
  expect(asked).toContain('Which ship it was');
  expect(asked).toContain('"captain":{"type":"string"}');
  expect(asked).toMatch(/={10,}\nThe brig Merganser came in\.\n={10,}/);
});

test('a wrong schema is given back with what is wrong', async () => {
  const wrong = { type: 'object', properties: { ship: { oneOf: [{ type: 'string' }] } } };
  const { site, result } = await write((_request, count) => says(JSON.stringify(count < 3 ? wrong : GOOD)), {
    prompt: 'Ships',
  });
  expect(result).toMatchObject({ ok: true });
  expect(site.requests).toHaveLength(3);
  expect(textsOf(site.requests[2]!)).toMatch(/- properties\.ship\.oneOf: oneOf is not supported/);
  // Only the last try is shown, so that the question does not grow.
  expect(textsOf(site.requests[2]!).match(/Your last answer was/g)).toHaveLength(1);
});

test('after two corrections it is given up', async () => {
  const { site, result } = await write(() => says('What a nice idea!'), { prompt: 'Ships' });
  expect(result).toEqual({ ok: false, reason: 'The model wrote no schema that extraction can follow.' });
  expect(site.requests).toHaveLength(3);
});

test('why a model gives no answer is told', async () => {
  const { result } = await write(() => ({ status: 401, body: { error: { message: 'no' } } }), {
    prompt: 'Ships',
  });
  expect(result).toEqual({ ok: false, reason: expect.stringContaining('key') as string });
});

test('of a long document only the beginning is sent', async () => {
  const { site } = await write(
    () => says(JSON.stringify(GOOD)),
    { prompt: 'Ships', documentText: 'word '.repeat(100_000) },
    20_000,
  );
  expect(textsOf(site.requests[0]!).length).toBeLessThan(20_000);
});
