import type { ParsedPage } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { DocumentFailure } from '../document-failure.ts';
import type { PagePlace } from './document-source.ts';
import { withCodeIndents } from './code-indents.ts';
import { withColumnZones } from './column-zones.ts';
import { withDrawnBullets } from './drawn-bullets.ts';
import { codeInsteadOfTables } from './framed-code.ts';
import type { PageForm } from './form-fields.ts';
import { typedTexts, withShownTexts } from './form-text.ts';
import { withoutHiddenText } from './hidden-text.ts';
import { layOutAgain } from './lay-out-words.ts';
import { takeLineNumbers } from './line-numbers.ts';
import { listsInsteadOfHeadings } from './numbered-headings.ts';
import { type PageDraft, textLayerDraft } from './page-draft.ts';
import { proseInsteadOfCode } from './prose-as-code.ts';
import { mendRightToLeft } from './right-to-left.ts';
import { turnUpright } from './sideways-text.ts';
import { bodyBesideDiagonals, uprightSlantedText } from './slanted-text.ts';

/** Where a page comes from, and the form on it. */
export interface PageOrigin {
  readonly pageNumber: number;
  readonly place: PagePlace;
  readonly form?: PageForm | undefined;
}

/** Turns a page of the first pass into a draft, with what the options ask of its text layer done. */
export async function draftTextLayer(
  page: ParsedPage,
  { pageNumber, place, form }: PageOrigin,
  options: ParseOptions,
): Promise<{ parsed: ParsedPage; draft: PageDraft }> {
  if (options.failOnBuggyFont && page.textItems.some((item) => item.fontIsBuggy === true)) {
    throw new DocumentFailure(
      'PDF_IS_BROKEN',
      `Page ${pageNumber} uses a font that does not say which letters its signs are. Export the document again with ` +
        'its fonts embedded, or leave out processing_control.job_failure_conditions.fail_on_buggy_font.',
    );
  }
  const turned = await turnUpright(page, place, options);
  const slanted = bodyBesideDiagonals(uprightSlantedText(turned.page, options), options);
  const upright = options.disableHeuristics ? slanted : withDrawnBullets(slanted, options);
  const view = { place, angle: turned.angle };
  const shown = options.ignoreHiddenText ? await withoutHiddenText(upright, view, options) : upright;
  // Fields and notes stand where they were on the page as it was stored, not as it was turned.
  const texts = turned.angle === 0 ? [...(form?.shown ?? []), ...typedTexts(shown.annotations ?? [])] : [];
  const filled = withShownTexts(shown, texts, options);
  const numbered = options.annotateLineNumbers ? takeLineNumbers(filled.textItems) : undefined;
  const numberless = numbered ? layOutAgain(filled, numbered.items, options) : filled;
  const laidOut = options.disableHeuristics ? numberless : withColumnZones(numberless, options);
  const parsed = mendRightToLeft(
    options.disableHeuristics
      ? laidOut
      : listsInsteadOfHeadings(withCodeIndents(codeInsteadOfTables(proseInsteadOfCode(laidOut)))),
  );
  const draft = textLayerDraft(parsed, pageNumber, options);
  return {
    parsed,
    draft: {
      ...draft,
      ...(form && { fields: form.fields }),
      ...(texts.length > 0 && { shown: texts }),
      ...(numbered && { lineNumbers: numbered.lines }),
      ...(turned.angle !== 0 && { orientation: turned.angle }),
    },
  };
}
