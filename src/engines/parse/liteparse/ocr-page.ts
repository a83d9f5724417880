import { LiteParse, type ParsedPage, type TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import { withShownOverPicture } from './form-text.ts';
import { layOutWords } from './lay-out-words.ts';
import { access, OCR_DPI } from './lite-config.ts';
import { takeLineNumbers } from './line-numbers.ts';
import type { OcrReason } from './ocr-need.ts';
import { agreement, alignOcrLines, isOcrWord, meanConfidence, wordsBesides } from './ocr-words.ts';
import type { PageDraft } from './page-draft.ts';
import { readWell } from './read-well.ts';
import { type Angle, drawableDpi, type OcrSettings, recognisePicture, scaleWords } from './recognise.ts';

/** For pages that a rule of the auto mode wants looked at more closely. */
const HIGH_DPI = 300;
/** Below this even large print is not read. */
const LEAST_DPI = 50;
/** From this share of common words on, the text layer was right and stays. */
const SAME_TEXT = 0.5;
/** Words found beside a text layer that make it worth adding them; fewer are specks and ornaments. */
const FEWEST_ADDED_WORDS = 3;
const LEAST_CONFIDENCE = 0.5;

export type OcrPageResult =
  | { readonly kind: 'read'; readonly draft: PageDraft }
  /** The text layer turned out to be as good or better. */
  | { readonly kind: 'text-layer-stays' }
  | { readonly kind: 'failed'; readonly error: string };

/** Reads one page from its picture and lays it out again. Never throws for what is the page's own doing. */
export async function ocrPage(
  place: PagePlace,
  draft: PageDraft,
  reason: OcrReason,
  settings: OcrSettings,
): Promise<OcrPageResult> {
  const wanted = settings.options.highResolutionOcr ? HIGH_DPI : OCR_DPI;
  const dpi = drawableDpi(draft, wanted);
  if (dpi < LEAST_DPI) {
    const size = `${Math.round(draft.width)} by ${Math.round(draft.height)} points`;
    return { kind: 'failed', error: `The page measures ${size}, which is too large to be read by OCR.` };
  }
  if (reason === 'image-over-page') return readBehindText(place, draft, dpi, settings);
  let best: { page: ParsedPage; angle: Angle };
  try {
    best = await readWell(place, dpi, settings);
  } catch (error) {
    if (reason !== 'no-text') return { kind: 'text-layer-stays' };
    return { kind: 'failed', error: `The page is a picture and its OCR failed: ${firstLine(error)}.` };
  }
  const words = best.page.textItems.filter(isOcrWord);
  if (reason !== 'no-text' && words.length === 0) return { kind: 'text-layer-stays' };
  const read = words.map((word) => word.text).join(' ');
  if (reason === 'garbled' && agreement(read, draft.text) >= SAME_TEXT) return { kind: 'text-layer-stays' };
  return { kind: 'read', draft: layOut(best.page, best.angle, draft, settings.options) };
}

/**
 * A picture over the whole page with some text beside it. If the picture shows that text (a slide's background),
 * what else is in the picture is added to it. If not (catalogue data hidden over a scan), the picture is the
 * page and the hidden text follows it. LiteParse itself would drop every OCR word that the hidden text touches,
 * so OCR is given the page as a mere picture.
 */
async function readBehindText(
  place: PagePlace,
  draft: PageDraft,
  dpi: number,
  settings: OcrSettings,
): Promise<OcrPageResult> {
  const all = await readAsPicture(place, draft, dpi, settings).catch(() => []);
  const isVisible = agreement(draft.text, all.map((word) => word.text).join(' ')) >= SAME_TEXT;
  const found = isVisible ? wordsBesides(all, draft.textItems) : all;
  const added = found.filter((word) => (word.confidence ?? 0) >= LEAST_CONFIDENCE);
  if (added.length < FEWEST_ADDED_WORDS) return { kind: 'text-layer-stays' };
  if (!isVisible && settings.options.ignoreHiddenText)
    return { kind: 'read', draft: layOut({ ...draft, textItems: added }, 0, draft, settings.options) };
  // What is shown beside the page's content is with its text already.
  const { shown: _shown, ...bare } = draft;
  const picture = layOut({ ...draft, textItems: added }, 0, bare, settings.options);
  const [first, second] = isVisible ? [draft, picture] : [picture, draft];
  return {
    kind: 'read',
    draft: {
      ...picture,
      text: `${first.text.trimEnd()}\n\n${second.text}`,
      blocks: [...first.blocks, ...second.blocks],
      textItems: [...first.textItems, ...second.textItems],
    },
  };
}

async function readAsPicture(
  place: PagePlace,
  draft: PageDraft,
  dpi: number,
  settings: OcrSettings,
): Promise<TextItem[]> {
  const [shot] = await new LiteParse({ ...access(settings.options), dpi }).screenshot(place.path, [
    place.page,
  ]);
  if (!shot) return [];
  const picture = { png: shot.imageBuffer, width: shot.width };
  return scaleWords(await recognisePicture(picture, place, dpi, settings), draft.width / shot.width);
}

type WordPage = Pick<ParsedPage, 'width' | 'height' | 'textItems'>;

function layOut(page: WordPage, angle: Angle, draft: PageDraft, options: ParseOptions): PageDraft {
  const confidence = meanConfidence(page.textItems.filter(isOcrWord));
  // Annotations and fields stand where they were on the page as it was stored, not as it was turned.
  const isStored = angle === 0;
  const words = isStored ? withShownOverPicture(page.textItems, page, draft.shown ?? []) : page.textItems;
  const numbered = options.annotateLineNumbers ? takeLineNumbers(alignOcrLines(words)) : undefined;
  return {
    ...draft,
    width: page.width,
    height: page.height,
    source: 'ocr',
    ...layOutWords(numbered?.items ?? words, page, options),
    annotations: isStored ? draft.annotations : [],
    orientation: angle,
    ...(numbered && { lineNumbers: numbered.lines }),
    ...(confidence === undefined ? {} : { confidence }),
  };
}

function firstLine(error: unknown): string {
  const message = error instanceof Error ? error.message : String(error);
  return (message.split('\n', 1)[0] ?? '').replace(/\.$/, '');
}
