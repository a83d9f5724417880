import { expect, test } from 'vitest';
import { parseCacheKey, type ParseInput } from './parse-cache-key.ts';

const INPUT: ParseInput = {
  projectId: '0190a1b2-0000-7000-8000-000000000001',
  sha256: Buffer.alloc(32, 7),
  sizeBytes: 1234,
  fileName: 'report.pdf',
  parameters: { tier: 'fast', version: '2026-06-15', page_ranges: { max_pages: 3, target_pages: null } },
  engine: { name: 'local', version: '1.0.0' },
};
const keyOf = (change: Partial<ParseInput>): string => parseCacheKey({ ...INPUT, ...change }).toString('hex');

test.each<[string, Partial<ParseInput>]>([
  ['another name with the same ending', { fileName: 'copy of it.PDF' }],
  [
    'the order of options, and those that are null or empty',
    {
      parameters: {
        page_ranges: { max_pages: 3 },
        version: '2026-06-15',
        crop_box: {},
        output_options: { markdown: { annotate_links: null } },
        tier: 'fast',
      },
    },
  ],
  [
    'who is told, and tags',
    {
      parameters: {
        ...INPUT.parameters,
        product_type: 'parse_v2',
        client_name: 'x',
        disable_cache: false,
        webhook_configuration_ids: ['whc-1'],
        webhook_configurations: [{ webhook_url: 'https://example.com' }],
      },
    },
  ],
])('the key does not depend on %s', (_, change) => {
  expect(keyOf(change)).toBe(keyOf({}));
});

test.each<[string, Partial<ParseInput>]>([
  ['the project', { projectId: '0190a1b2-0000-7000-8000-000000000002' }],
  ['the bytes', { sha256: Buffer.alloc(32, 8) }],
  ['their number', { sizeBytes: 1235 }],
  ['the ending of the name', { fileName: 'report.csv' }],
  ['the tier', { parameters: { ...INPUT.parameters, tier: 'agentic' } }],
  ['an option deep down', { parameters: { ...INPUT.parameters, page_ranges: { max_pages: 4 } } }],
  ['an empty list, which is not an absent one', { parameters: { ...INPUT.parameters, images_to_save: [] } }],
  ['the engine', { engine: { name: 'other', version: '1.0.0' } }],
  ['its version', { engine: { name: 'local', version: '1.0.1' } }],
])('the key depends on %s', (_, change) => {
  expect(keyOf(change)).not.toBe(keyOf({}));
});

test('the whole name counts where a rule of the auto mode asks for it', () => {
  const rule = { parsing_conf: { high_res_ocr: true }, filename_match_glob: 'scan*' };
  const parameters = { processing_options: { auto_mode_configuration: [rule] } };
  const keys = ['scan.pdf', 'letter.pdf'].map((fileName) => keyOf({ parameters, fileName }));
  expect(keys[0]).not.toBe(keys[1]);
  const plain = ['scan.pdf', 'letter.pdf'].map((fileName) => keyOf({ fileName }));
  expect(plain[0]).toBe(plain[1]);
});

test('a model counts for the tiers that use it, and for no other', () => {
  const agentic = { ...INPUT.parameters, tier: 'agentic' };
  const withModel = (model: string) => ({ engine: { ...INPUT.engine, model } });
  const keys = [{}, withModel('seer-7b'), withModel('seer-8b')].map((change) =>
    keyOf({ ...change, parameters: agentic }),
  );
  expect(new Set(keys).size).toBe(3);
  expect(keyOf(withModel('seer-7b'))).toBe(keyOf({}));
});
