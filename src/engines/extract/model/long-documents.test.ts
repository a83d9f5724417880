import { afterEach, expect, test } from 'vitest';
import { type ModelScript, says, textsOf } from '../../model/fixtures/model-server.ts';
import { dataOf } from '../extraction.ts';
import { type Placed, placedDocument, schemaOf } from '../fixtures/placed-pages.ts';
import { ModelSite, pagesOfRequest, schemaOfRequest } from './fixtures/model-site.ts';

const sites: ModelSite[] = [];
afterEach(async () => {
  for (const site of sites.splice(0)) await site.close();
});

async function open(script: ModelScript): Promise<ModelSite> {
  const site = await ModelSite.open(script);
  sites.push(site);
  return site;
}

const VOYAGES = schemaOf({
  ledger: { type: 'string' },
  keeper: { type: 'object', properties: { name: { type: 'string' }, town: { type: 'string' } } },
  voyages: {
    type: 'array',
    items: { type: 'object', properties: { ship: { type: 'string' }, tons: { type: 'number' } } },
  },
});

/** A ledger with three voyages on each page; the keeper's name is on the first, his town on a later one. */
function ledger(pages: number): Placed[][] {
  return Array.from({ length: pages }, (_, index): Placed[] => [
    [50, 40, index === 0 ? 'Ledger of the harbour, kept by Ezra Stone' : `Ledger, sheet ${index + 1}`],
    ...(index === 120 ? [[50, 60, 'Written at Port Alder'] as const] : []),
    ...[0, 1, 2].map((row): Placed => [
      50,
      100 + row * 20,
      `Ship-${index + 1}-${row} came in with ${index * 10 + row} tons`,
    ]),
  ]);
}

/** Reads the ledger as a good model does. */
const readsLedger: ModelScript = (request) => {
  const text = textsOf(request);
  const voyages = [...text.matchAll(/^(Ship-\S+) came in with (\d+) tons$/gm)].map(([, ship, tons]) => ({
    ship,
    tons: Number(tons),
  }));
  return says(
    JSON.stringify({
      ledger: 'Ledger of the harbour',
      keeper: {
        name: /kept by (\w+ \w+)/.exec(text)?.[1] ?? null,
        town: /Written at (Port \w+)/.exec(text)?.[1] ?? null,
      },
      voyages,
    }),
  );
};

interface Ledger {
  readonly ledger: string;
  readonly keeper: unknown;
  readonly voyages: { readonly ship: string }[];
}

test('two hundred pages are asked about in parts of whole pages, and merged', async () => {
  const site = await open(readsLedger);
  const { data, fields, gaps } = await site.extract(placedDocument(...ledger(200)), VOYAGES, {
    contextTokens: 6_000,
  });
  const { ledger: title, keeper, voyages } = data as unknown as Ledger;
  expect(title).toBe('Ledger of the harbour');
  expect(keeper).toEqual({ name: 'Ezra Stone', town: 'Port Alder' });
  expect(voyages).toHaveLength(600);
  expect(voyages.map(({ ship }) => ship)).toEqual(
    Array.from({ length: 600 }, (_, index) => `Ship-${Math.floor(index / 3) + 1}-${index % 3}`),
  );
  expect(gaps).toEqual([]);
  const asked = site.requests.flatMap((request) => pagesOfRequest(request));
  expect(asked.toSorted((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  expect(site.requests.length).toBeGreaterThan(2);
  expect(textsOf(site.requests[0]!)).toMatch(/^Part \d+ of \d+ of the document/);
  expect(fields).toMatchObject({ fields: { keeper: { fields: { town: { citations: [{ page: 121 }] } } } } });
});

test('a part whose answer is cut off is asked about again in halves, down to parts of a page', async () => {
  const site = await open((request, count) => {
    const rows = (textsOf(request).match(/tons/g) ?? []).length;
    const reply = readsLedger(request, count);
    return rows > 40
      ? says('{"ledger": "Ledger of the harbour", "voyages": [{"ship": "Ship-1', 'length')
      : reply;
  });
  const rows = Array.from({ length: 60 }, (_, row): Placed => [
    50,
    40 + row * 12,
    `Ship-1-${row} came in with ${row} tons`,
  ]);
  const { data, gaps } = await site.extract(placedDocument(rows, ...ledger(30).slice(1)), VOYAGES);
  expect((data as unknown as Ledger).voyages).toHaveLength(60 + 29 * 3);
  expect(gaps).toEqual([]);
  expect(site.requests.length).toBeGreaterThan(3);
});

test('what can be read of an answer that is always cut off is taken, and the rest is told', async () => {
  const site = await open(() =>
    says('{"ledger": "Ledger", "voyages": [{"ship": "Ship-1-0", "tons": 4', 'length'),
  );
  const { data, gaps } = await site.extract(placedDocument(ledger(1)[0]!), VOYAGES);
  expect(data).toMatchObject({ ledger: 'Ledger', voyages: [{ ship: 'Ship-1-0', tons: null }] });
  expect(gaps).toMatchObject([{ failure: { code: 'cut_off' }, pages: [1] }]);
  expect(site.requests).toHaveLength(1);
});

test('a model that never ends is not asked for ever', async () => {
  const site = await open(() => says('[[[', 'length'));
  const { gaps } = await site.extract(placedDocument(...ledger(12)), VOYAGES);
  expect(site.requests.length).toBeLessThan(2 * (12 * 2 + 8) + 2);
  expect(gaps.length).toBeGreaterThan(0);
});

test('a part that fails loses its own pages only', async () => {
  const site = await open((request, count) =>
    pagesOfRequest(request).includes(1)
      ? { status: 400, body: { error: { message: 'no' } } }
      : readsLedger(request, count),
  );
  const { data, gaps } = await site.extract(placedDocument(...ledger(100)), VOYAGES, {
    contextTokens: 6_000,
  });
  const lost = gaps[0]?.pages.length ?? 0;
  expect(gaps).toMatchObject([{ failure: { code: 'bad_request' } }]);
  expect((data as unknown as Ledger).voyages).toHaveLength((100 - lost) * 3);
  expect(data).toMatchObject({ keeper: { name: null } });
});

test('each page is asked about by itself where each has an object of its own', async () => {
  const site = await open(readsLedger);
  const { data } = await site.extract(placedDocument(...ledger(4)), VOYAGES, {
    settings: { extraction_target: 'per_page', target_pages: '1,3-4' },
  });
  const asked = site.requests.map((request) => pagesOfRequest(request));
  expect(asked.toSorted(([a = 0], [b = 0]) => a - b)).toEqual([[1], [3], [4]]);
  expect(data as unknown as Ledger[]).toMatchObject([
    { voyages: [{ ship: 'Ship-1-0' }, {}, {}] },
    { voyages: [{ ship: 'Ship-3-0' }, {}, {}] },
    { voyages: [{ ship: 'Ship-4-0' }, {}, {}] },
  ]);
});

test('rows are asked for as a list', async () => {
  const site = await open((request) => {
    const rows = [...textsOf(request).matchAll(/^(Ship-\S+) came/gm)].map(([, ship]) => ({ ship }));
    return says(JSON.stringify({ rows }));
  });
  const schema = schemaOf({ ship: { type: 'string' } });
  const { data } = await site.extract(placedDocument(...ledger(2)), schema, {
    settings: { extraction_target: 'per_table_row' },
  });
  expect(data).toHaveLength(6);
  expect(data).toMatchObject([{ ship: 'Ship-1-0' }, {}, {}, {}, {}, { ship: 'Ship-2-2' }]);
});

test('a schema that would fill the context is asked for in parts', async () => {
  const names = Array.from({ length: 120 }, (_, index) => `field_${index}`);
  const site = await open((request) => {
    const asked = Object.keys(schemaOfRequest(request)?.properties ?? {});
    return says(JSON.stringify(Object.fromEntries(asked.map((name) => [name, `value of ${name}`]))));
  });
  const description =
    'A field that is described in so many words that nobody would ever want to read all of them';
  const schema = schemaOf(Object.fromEntries(names.map((name) => [name, { type: 'string', description }])));
  const { fields } = await site.extract(placedDocument([[50, 50, 'Words']]), schema, {
    contextTokens: 8_000,
  });
  expect(dataOf(fields)).toEqual(Object.fromEntries(names.map((name) => [name, `value of ${name}`])));
  expect(site.requests.length).toBeGreaterThan(2);
});
