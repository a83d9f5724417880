import { expect, test } from 'vitest';
import { autoModeNotApplied, readAutoMode } from './auto-mode.ts';
import { parseViolations } from './parse-rules.ts';
import { resolveParseOptions } from './parse-options.ts';

const rules = (...list: unknown[]) => ({ processing_options: { auto_mode_configuration: list } });
const problems = (rule: Record<string, unknown>) =>
  [...parseViolations(rules({ parsing_conf: {}, ...rule }))].map(({ path }) => path.slice(3).join('.'));

test('a rule says what a page is read again with, and leaves the rest as the job asks', () => {
  const [rule] = readAutoMode([
    {
      trigger_mode: 'or',
      table_in_page: true,
      parsing_conf: {
        tier: 'agentic',
        version: 'latest',
        ignore: { ignore_diagonal_text: true, ignore_hidden_text: false },
        aggressive_table_extraction: true,
        high_res_ocr: true,
        language: 'de, fr',
        crop_box: { top: 0.1 },
        spatial_text: { preserve_very_small_text: true },
        presentation: { skip_embedded_data: true },
      },
    },
  ]);
  expect(rule).toEqual({
    mode: 'or',
    tier: 'agentic',
    triggers: [{ kind: 'table' }],
    parsing: {
      ignoreDiagonalText: true,
      ignoreHiddenText: false,
      aggressiveTables: true,
      highResolutionOcr: true,
      ocrLanguages: ['de', 'fr'],
      cropBox: { top: 0.1, left: 0, bottom: 1, right: 1 },
      preserveVerySmallText: true,
      presentation: { skipEmbeddedData: true },
    },
  });
});

test('odd values are passed over', () => {
  expect(readAutoMode('x')).toEqual([]);
  expect(readAutoMode([7, null, { parsing_conf: 'x', regexp_in_page: 4 }])).toEqual([
    { mode: 'and', triggers: [], parsing: {} },
  ]);
});

test('what a rule asks for and nobody does is named with its path', () => {
  const list = [
    { parsing_conf: { high_res_ocr: true, outlined_table_extraction: true } },
    {
      parsing_conf: { custom_prompt: 'x', extract_layout: true, adaptive_long_table: false },
      page_contains_at_least_n_charts: 1,
      layout_element_in_page: 'formula',
      layout_element_in_page_confidence_threshold: 0.5,
    },
  ];
  const path = 'processing_options.auto_mode_configuration.1';
  const expected = [
    `${path}.parsing_conf.custom_prompt`,
    `${path}.parsing_conf.extract_layout`,
    `${path}.page_contains_at_least_n_charts`,
    `${path}.layout_element_in_page`,
    `${path}.layout_element_in_page_confidence_threshold`,
  ];
  expect(autoModeNotApplied(list)).toEqual(expected);
  expect(resolveParseOptions(rules(...list)).optionsNotApplied).toEqual(expected);
});

test.each<[Record<string, unknown>, string]>([
  [{ regexp_in_page: '(' }, 'regexp_in_page'],
  [{ regexp_in_page: 'a', regexp_in_page_mode: 'q' }, 'regexp_in_page_mode'],
  [{ regexp_in_page: '\\p{Nonsense}', regexp_in_page_mode: 'u' }, 'regexp_in_page'],
  [{ filename_regexp: '[' }, 'filename_regexp'],
  [{ filename_regexp: 'a'.repeat(1_001) }, 'filename_regexp'],
  [{ page_longer_than_n_chars: 'many' }, 'page_longer_than_n_chars'],
  [{ page_contains_at_most_n_words: -1 }, 'page_contains_at_most_n_words'],
  [{ full_page_image_in_page_threshold: '80' }, 'full_page_image_in_page_threshold'],
])('%j is refused and its field is named', (rule, field) => {
  expect(problems(rule)).toEqual([field]);
});

test.each([
  { regexp_in_page: '^\\d+$', regexp_in_page_mode: 'gim' },
  { regexp_in_page: '', regexp_in_page_mode: null },
  { page_longer_than_n_chars: '200', page_contains_at_least_n_charts: 3 },
  { full_page_image_in_page_threshold: '0.8', filename_regexp: '\\.pdf$' },
])('%j is accepted', (rule) => {
  expect(problems(rule)).toEqual([]);
});
