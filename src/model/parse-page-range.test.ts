import { expect, test } from 'vitest';
import { countPages, parseTargetPages, resolvePageSpans, slicePages } from './parse-page-range.ts';

test('reads pages and spans', () => {
  expect(parseTargetPages('1, 3,5-8')).toEqual({
    ok: true,
    spans: [
      { first: 1, last: 1 },
      { first: 3, last: 3 },
      { first: 5, last: 8 },
    ],
  });
});

test('puts pages into order', () => {
  expect(parseTargetPages('9,4-6,1')).toEqual(parseTargetPages('1,4-6,9'));
});

test.each([
  ['', /not a page/],
  ['1,,2', /not a page/],
  ['1-', /not a page/],
  ['-3', /not a page/],
  ['a', /"a" is not a page/],
  ['1.5', /not a page/],
  ['0', /counted from 1/],
  ['5-4', /backwards/],
  ['1,1', /page 1 is named twice/],
  ['1-5,3', /page 3 is named twice/],
  ['4,2,1-2', /page 2 is named twice/],
])('refuses %j and says why', (spec, reason) => {
  const parsed = parseTargetPages(spec);
  expect(parsed.ok).toBe(false);
  expect(!parsed.ok && parsed.message).toMatch(reason);
});

test('target pages win over max_pages and must lie in the document', () => {
  expect(resolvePageSpans({ targetPages: '2-3', maxPages: 1 }, 3)).toEqual({
    ok: true,
    spans: [{ first: 2, last: 3 }],
  });
  const beyond = resolvePageSpans({ targetPages: '2,4' }, 3);
  expect(!beyond.ok && beyond.message).toMatch(/page 4 was asked for, but the document has 3 pages/);
  const single = resolvePageSpans({ targetPages: '2' }, 1);
  expect(!single.ok && single.message).toMatch(/has one page/);
});

test('max_pages takes the first pages, at most all', () => {
  expect(resolvePageSpans({ maxPages: 2 }, 5)).toEqual({ ok: true, spans: [{ first: 1, last: 2 }] });
  expect(resolvePageSpans({ maxPages: 9 }, 5)).toEqual({ ok: true, spans: [{ first: 1, last: 5 }] });
  expect(resolvePageSpans({}, 0)).toEqual({ ok: true, spans: [] });
});

test('slices run over span borders, and huge ranges cost nothing to count', () => {
  const spans = [
    { first: 1, last: 3 },
    { first: 7, last: 8 },
  ];
  expect([...slicePages(spans, 2)]).toEqual([[1, 2], [3, 7], [8]]);
  expect(countPages(spans)).toBe(5);
  expect(countPages([{ first: 1, last: 999_999_999 }])).toBe(999_999_999);
});
