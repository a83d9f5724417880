import type { ExtractSummary } from '../../../model/extract-result.ts';
import type { ModelGap } from './extract-by-model.ts';
import { fieldName } from './sub-schema.ts';

type Fallback = NonNullable<ExtractSummary['model']>['fallbacks'][number];

/** Names and pages that are told of one reason; the rest is counted. */
const MOST_FIELDS = 100;
const MOST_PAGES = 200;
const MOST_IN_WORDS = 5;

/** What the model was not asked, or did not answer: one entry for each reason and set of fields. */
export function fallbacksOf(gaps: readonly ModelGap[]): Fallback[] {
  const merged = new Map<string, { gap: ModelGap; pages: Set<number> }>();
  for (const gap of gaps) {
    const key = JSON.stringify([gap.failure.code, gap.fields]);
    const known = merged.get(key);
    if (known) for (const page of gap.pages) known.pages.add(page);
    else merged.set(key, { gap, pages: new Set(gap.pages) });
  }
  return [...merged.values()].map(({ gap: { failure, fields }, pages }) => ({
    code: failure.code,
    reason: failure.reason,
    fields: fields.slice(0, MOST_FIELDS).map((key) => fieldName(key)),
    pages: [...pages].toSorted((a, b) => a - b).slice(0, MOST_PAGES),
  }));
}

/** The same in words. */
export function fallbackWarnings(fallbacks: readonly Fallback[]): string[] {
  return fallbacks.map(({ reason, fields, pages }) => {
    const where = pages.length === 1 ? `page ${pages[0]}` : `pages ${listed(pages)}`;
    return `${reason} So on ${where} there is nothing but what the rules found for ${listed(fields)}.`;
  });
}

function listed(names: readonly (string | number)[]): string {
  const more = names.length - MOST_IN_WORDS;
  const shown = names.slice(0, MOST_IN_WORDS).join(', ');
  return more > 0 ? `${shown} and ${more} more` : shown;
}
