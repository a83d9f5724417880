import { Ajv2020 } from 'ajv/dist/2020.js';
import type { TSchema } from 'typebox';
import { expect, test } from 'vitest';

import { ComponentCollector } from '../components.ts';
import { BatchCreateBody } from '../schemas/batch.ts';
import { ConfigurationCreateBody, ConfigurationUpdateBody } from '../schemas/configuration.ts';
import { DirectoryFileCreateBody } from '../schemas/directory-file.ts';
import { ParseCreateBody } from '../schemas/parse-parameters.ts';
import { parseDateTime } from './date-time.ts';
import type { JsonSchema } from './json-schema.ts';
import { createValidator } from './validator.ts';

const BATCH = {
  source_directory_id: 'dir-1',
  config: { job: { type: 'parse_v2', configuration_id: 'c' } },
  webhook_configuration_ids: ['w'],
};
const CONFIGURATION = {
  name: 'n',
  parameters: {
    product_type: 'parse_v2',
    tier: 'fast',
    version: 'latest',
    crop_box: { top: 0.5 },
    page_ranges: { max_pages: 2, target_pages: '1' },
  },
};

/**
 * The explanation is code of ours: whatever the compiled check refuses it must be able to explain, and nothing
 * else. Ajv, which shares no code with either, is the referee.
 */
test('check and explanation agree with Ajv on mutated bodies', () => {
  const samples: [TSchema, unknown][] = [
    [BatchCreateBody, BATCH],
    [ConfigurationCreateBody, CONFIGURATION],
    [
      ConfigurationUpdateBody,
      {
        name: null,
        parameters: { product_type: 'extract_v2', data_schema: { type: 'object' }, max_pages: 3 },
      },
    ],
    [ParseCreateBody, { file_id: 'f', tier: 'fast', version: 'latest', user_metadata: { a: 'b' } }],
    [DirectoryFileCreateBody, { file_id: 'f', metadata: { a: 'b', c: ['d'] } }],
  ];
  let refused = 0;
  for (const [schema, sample] of samples) {
    const validate = createValidator(schema, 'body');
    const referee = refereeOf(schema);
    for (let seed = 0; seed < 400; seed += 1) {
      const body = mutated(sample, randomSource(seed));
      const validated = validate(body);
      expect(validated.ok, JSON.stringify(body)).toBe(referee(body));
      if (validated.ok) continue;
      refused += 1;
      expect(validated.issues.map((issue) => issue.msg)).not.toContain('Input is not valid');
    }
  }
  expect(refused).toBeGreaterThan(500);
});

function refereeOf(schema: TSchema): (body: unknown) => boolean {
  const ajv = new Ajv2020({ strict: false });
  ajv.addFormat('date-time', (text: string) => parseDateTime(text) !== undefined);
  const components = new ComponentCollector();
  const document = components.place({ root: components.name(schema as JsonSchema) });
  const check = ajv.compile({ ...document.root, components: document.components });
  return (body) => check(body);
}

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
function randomSource(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}

const REPLACEMENTS: readonly unknown[] = [null, true, 0, -1, 1.5, 1e9, '', 'x', [], ['x', 1], {}, { x: {} }];

/** The value with each of its parts replaced, dropped or joined by a stranger now and then. */
function mutated(value: unknown, random: () => number): unknown {
  if (random() < 0.12) return REPLACEMENTS[Math.floor(random() * REPLACEMENTS.length)];
  if (Array.isArray(value)) return value.map((item) => mutated(item, random));
  if (typeof value !== 'object' || value === null) return value;
  const kept = Object.entries(value).filter(() => random() > 0.08);
  const entries = kept.map(([key, item]) => [key, mutated(item, random)]);
  if (random() < 0.08) entries.push(['stranger', 1]);
  return Object.fromEntries(entries) as unknown;
}
