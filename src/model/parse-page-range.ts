/** Consecutive pages, both ends included, 1-based. */
export interface PageSpan {
  readonly first: number;
  readonly last: number;
}

export type PageSpans = { readonly ok: true; readonly spans: readonly PageSpan[] } | PageRangeProblem;
export interface PageRangeProblem {
  readonly ok: false;
  /** A sentence for the document's owner. */
  readonly message: string;
  /** What is wrong, without the name of the option. */
  readonly detail: string;
}

/**
 * Reads `page_ranges.target_pages` (contract 7.2): 1-based pages and spans, without repetition, like `1,3,5-8`. They
 * come back in ascending order, however they were given. Works on spans and never lists the pages, so that
 * `1-999999999` costs nothing.
 */
export function parseTargetPages(spec: string): PageSpans {
  const spans: PageSpan[] = [];
  for (const part of spec.split(',')) {
    const match = /^\s*(\d{1,9})\s*(?:-\s*(\d{1,9})\s*)?$/.exec(part);
    if (!match)
      return problem(`"${part.trim()}" is not a page or a range of pages; write pages like 1,3,5-8`);
    const first = Number(match[1]);
    const last = match[2] === undefined ? first : Number(match[2]);
    if (first < 1) return problem('pages are counted from 1');
    if (last < first) return problem(`the range ${first}-${last} runs backwards`);
    spans.push({ first, last });
  }
  spans.sort((a, b) => a.first - b.first);
  const repeated = spans.find((span, index) => span.first <= (spans[index - 1]?.last ?? 0));
  if (repeated) return problem(`page ${repeated.first} is named twice; name each page once`);
  return { ok: true, spans };
}

/**
 * The spans to parse of a document whose length is known. `targetPages` wins over `maxPages`. A span beyond the
 * last page is a problem rather than silently shortened.
 */
export function resolvePageSpans(
  range: { readonly targetPages?: string; readonly maxPages?: number },
  documentPages: number,
): PageSpans {
  if (range.targetPages !== undefined) {
    const parsed = parseTargetPages(range.targetPages);
    if (!parsed.ok) return parsed;
    const beyond = parsed.spans.find((span) => span.last > documentPages);
    if (!beyond) return parsed;
    const pages = documentPages === 1 ? 'one page' : `${documentPages} pages`;
    return problem(`page ${beyond.last} was asked for, but the document has ${pages}`);
  }
  const last = Math.min(documentPages, range.maxPages ?? documentPages);
  return { ok: true, spans: last >= 1 ? [{ first: 1, last }] : [] };
}

/** How many pages the spans hold. */
export function countPages(spans: readonly PageSpan[]): number {
  return spans.reduce((sum, span) => sum + span.last - span.first + 1, 0);
}

/** Cuts spans into consecutive slices of at most `size` pages, each slice a list of page numbers. */
export function* slicePages(spans: readonly PageSpan[], size: number): Generator<number[]> {
  let slice: number[] = [];
  for (const span of spans) {
    for (let page = span.first; page <= span.last; page += 1) {
      slice.push(page);
      if (slice.length < size) continue;
      yield slice;
      slice = [];
    }
  }
  if (slice.length > 0) yield slice;
}

function problem(detail: string): PageRangeProblem {
  return { ok: false, message: `page_ranges.target_pages cannot be used: ${detail}.`, detail };
}
