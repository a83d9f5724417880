import { afterEach, expect, test } from 'vitest';
import { type ModelScript, textsOf } from '../../model/fixtures/model-server.ts';
import { placedDocument, schemaOf } from '../fixtures/placed-pages.ts';
import { answers, ModelSite, schemaOfRequest } from './fixtures/model-site.ts';
import { modelPartOf } from './model-use.ts';

const sites: ModelSite[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

async function open(script: ModelScript): Promise<ModelSite> {
  const site = await ModelSite.open(script);
  sites.push(site);
  return site;
}

const BILL = placedDocument([
  [50, 100, 'Invoice number: HW-2041'],
  [50, 120, 'Invoice date: 18.03.2024'],
  [50, 140, 'The brig Merganser was laid up for repairs, and Tobias Finch had her in his care.'],
]);
const SCHEMA = schemaOf({
  invoice_number: { type: 'string' },
  invoice_date: { type: 'string', format: 'date' },
  vessel: {
    type: 'object',
    properties: { name: { type: 'string' }, caretaker: { type: 'string' } },
  },
});

test('asks only for what the rules do not know, and says what they know', async () => {
  const site = await open(answers({ vessel: { name: 'Merganser', caretaker: 'Tobias Finch' } }));
  const { data, fields } = await site.extract(BILL, SCHEMA, { part: 'gaps' });
  expect(data).toEqual({
    invoice_number: 'HW-2041',
    invoice_date: '2024-03-18',
    vessel: { name: 'Merganser', caretaker: 'Tobias Finch' },
  });
  expect(fields).toMatchObject({
    fields: {
      invoice_number: { foundBy: 'rules' },
      vessel: { fields: { name: { foundBy: 'model' }, caretaker: { foundBy: 'model' } } },
    },
  });
  const [request] = site.requests;
  expect(Object.keys(schemaOfRequest(request!)?.properties ?? {})).toEqual(['vessel']);
  expect(textsOf(request!)).toContain('{"invoice_number":"HW-2041","invoice_date":"2024-03-18"}');
});

test('asks nothing when the rules know everything', async () => {
  const site = await open(answers({}));
  const schema = schemaOf({ invoice_number: { type: 'string' } });
  const { isAnswered } = await site.extract(BILL, schema, { part: 'gaps' });
  expect(isAnswered).toBe(false);
  expect(site.requests).toHaveLength(0);
});

test('a value of the document goes before one that is not in it, and both agreeing is surest', async () => {
  const site = await open(answers({ invoice_number: 'HW-9999', invoice_date: '2024-03-18', vessel: null }));
  const { data, fields } = await site.extract(BILL, SCHEMA);
  expect(data).toMatchObject({ invoice_number: 'HW-2041', invoice_date: '2024-03-18' });
  const { invoice_number: number, invoice_date: date } = (
    fields as unknown as { fields: Record<string, { confidence: number }> }
  ).fields;
  expect(number?.confidence).toBeLessThan(0.85);
  expect(date?.confidence).toBeGreaterThan(0.95);
});

test('with instructions in words the model decides, also that there is nothing', async () => {
  const site = await open(
    answers({ invoice_number: null, invoice_date: '2024-03-18', vessel: { name: 'THE BRIG' } }),
  );
  const { data } = await site.extract(BILL, SCHEMA, { systemPrompt: 'Leave out numbers of invoices.' });
  expect(data).toMatchObject({ invoice_number: null, vessel: { name: 'THE BRIG' } });
  const system = site.requests[0]?.body.messages?.find(({ role }) => role === 'system')?.content;
  expect(system).toContain('Leave out numbers of invoices.');
});

test('tiers and instructions say what the model is asked for', () => {
  expect(modelPartOf('auto', {})).toBe('gaps');
  expect(modelPartOf('auto', { tier: 'cost_effective', system_prompt: ' ' })).toBe('gaps');
  expect(modelPartOf('auto', { tier: 'turbo' })).toBe('gaps');
  expect(modelPartOf('auto', { tier: 'agentic' })).toBe('everything');
  expect(modelPartOf('auto', { tier: 'agentic_plus' })).toBe('everything');
  expect(modelPartOf('auto', { tier: 'cost_effective', system_prompt: 'In French.' })).toBe('everything');
  expect(modelPartOf('model', { tier: 'cost_effective' })).toBe('everything');
});
