import { expect, test } from 'vitest';
import { readAutoMode } from '../../../model/auto-mode.ts';
import type { ReadPage } from '../../../model/document.ts';
import { matchesGlob } from './glob.ts';
import { RuleChoice, WORDS } from './rule-choice.ts';
import { TimedPatterns } from './timed-pattern.ts';

const page: ReadPage = {
  success: true,
  pageNumber: 4,
  width: 600,
  height: 800,
  source: 'text_layer',
  text: 'Total   growth 12.5 %\n\nof 1,200 items in 2021',
  markdown: '# Total growth\n\n12.5 % of 1,200 items in 2021',
  items: [
    { type: 'heading', level: 1, value: 'Total growth', md: '# Total growth', boxes: [] },
    { type: 'table', rows: [['a']], md: '', html: '', csv: '', boxes: [] },
    { type: 'image', caption: '', url: '', md: '', boxes: [{ x: 0, y: 0, w: 600, h: 680 }] },
    { type: 'link', text: 'x', url: 'https://example.org', md: '[x](https://example.org)', boxes: [] },
  ],
};
const FAULT = { fault: { pageNumber: 4, error: 'It could not be read.', isOcrFault: false } };

function holds(
  rule: Record<string, unknown>,
  reading: Parameters<RuleChoice['ruleFor']>[0] = { page },
): boolean {
  const rules = readAutoMode([{ parsing_conf: {}, ...rule }]);
  return new RuleChoice(rules, 'Annual Report.pdf', () => {}).ruleFor(reading) !== undefined;
}

test.each<[Record<string, unknown>, Record<string, unknown>]>([
  [{ table_in_page: true }, { layout_element_in_page: 'code' }],
  [{ image_in_page: true }, { image_in_page: false }],
  [{ full_page_image_in_page: true }, { full_page_image_in_page: true, full_page_image_in_page_threshold: '0.9' }],
  [{ text_in_page: 'Total growth 12.5' }, { text_in_page: 'growth of' }],
  [{ layout_element_in_page: 'Section-header' }, { layout_element_in_page: 'formula' }],
  [{ page_longer_than_n_chars: 40 }, { page_longer_than_n_chars: '45' }],
  [{ page_shorter_than_n_chars: '46' }, { page_shorter_than_n_chars: 45 }],
  [{ page_contains_at_least_n_words: 9 }, { page_contains_at_least_n_words: 10 }],
  [{ page_contains_at_most_n_lines: 2 }, { page_contains_at_most_n_lines: 1 }],
  [{ page_contains_at_least_n_numbers: 3 }, { page_contains_at_least_n_numbers: 4 }],
  [{ page_contains_at_most_n_percent_numbers: 1 }, { page_contains_at_most_n_percent_numbers: 0 }],
  [{ page_contains_at_least_n_tables: 1 }, { page_contains_at_least_n_tables: 2 }],
  [{ page_contains_at_most_n_images: 1 }, { page_contains_at_most_n_images: 0 }],
  [{ page_contains_at_least_n_links: 1 }, { page_contains_at_least_n_links: 2 }],
  [{ page_contains_at_most_n_layout_elements: 3 }, { page_contains_at_most_n_layout_elements: 2 }],
  [{ regexp_in_page: 'TOTAL\\s', regexp_in_page_mode: 'gi' }, { regexp_in_page: 'TOTAL\\s' }],
  [{ filename_regexp: '^Annual.*\\.pdf$' }, { filename_regexp: '^Report' }],
  [{ filename_match_glob: '*report*.PDF' }, { filename_match_glob: 'report*' }],
  [{ filename_match_glob_list: ['x*', 'annual?report.*'] }, { filename_match_glob_list: ['x*'] }],
  [{ trigger_mode: 'or', table_in_page: true, text_in_page: 'no' }, { table_in_page: true, text_in_page: 'no' }],
])('%j holds for the page and %j does not', (yes, no) => {
  expect(holds(yes)).toBe(true);
  expect(holds(no)).toBe(false);
}); // prettier-ignore

test('a rule without triggers is for no page, and what cannot be counted is never met', () => {
  expect(holds({})).toBe(false);
  expect(holds({ trigger_mode: 'or' })).toBe(false);
  expect(holds({ page_contains_at_most_n_charts: 5 })).toBe(false);
});

test('a page that could not be read meets what is about that and about names only', () => {
  expect(holds({ page_md_error: true }, FAULT)).toBe(true);
  expect(holds({ page_md_error: true })).toBe(false);
  expect(holds({ filename_match_glob: '*' }, FAULT)).toBe(true);
  expect(holds({ page_contains_at_most_n_words: 5 }, FAULT)).toBe(false);
});

test('a page that was read from its picture is a full-page image', () => {
  const scan = { page: { ...page, source: 'ocr', items: [] } } as const;
  expect(holds({ full_page_image_in_page: true }, scan)).toBe(true);
  expect(holds({ image_in_page: true }, scan)).toBe(true);
});

test('a pattern that goes back over the text again and again is stopped, told, and not tried again', () => {
  const warnings: string[] = [];
  const patterns = new TimedPatterns((sentence) => warnings.push(sentence), WORDS);
  const started = performance.now();
  for (let round = 0; round < 50; round += 1)
    expect(patterns.test('^(a+)+$', '', `${'a'.repeat(60)}!`)).toBe(false);
  expect(performance.now() - started).toBeLessThan(5_000);
  expect(warnings).toEqual([expect.stringContaining('took too long')]);
  expect(patterns.test('^a+!$', '', `${'a'.repeat(60)}!`)).toBe(true);
});

test('patterns see no more than the beginning of a very long text, and have a share of time', () => {
  const patterns = new TimedPatterns(() => {}, WORDS);
  expect(patterns.test('b', '', `${'a'.repeat(100_000)}b`)).toBe(false);
  const spent = new TimedPatterns(() => {}, WORDS, 0);
  expect(spent.test('a', '', 'a')).toBe(false);
});

test('globs are matched in time that grows with the name', () => {
  expect(matchesGlob('a.tar.gz', '*.gz')).toBe(true);
  expect(matchesGlob('a.gz', 'a')).toBe(false);
  expect(matchesGlob('', '*')).toBe(true);
  expect(matchesGlob('a'.repeat(5_000), `${'*a'.repeat(200)}b`)).toBe(false);
});
