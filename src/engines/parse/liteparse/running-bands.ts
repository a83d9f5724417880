import type { LayoutBlock, Rect, TextItem } from '@llamaindex/liteparse';
import { BandEvidence, keyOf, type LineEvidence } from './band-evidence.ts';
import { groupIntoLines, holdsCentre, unionRect } from './geometry.ts';
import { plainText } from '../items/markup.ts';
import { SLICE_PAGES } from '../reader.ts';
import { lineText } from './line-text.ts';
import { isTitlePrint, lineBlock } from './line-block.ts';
import type { PageDraft } from './page-draft.ts';
import { type NumberedPage, numbersTell } from './running-numbers.ts';
import type { DraftBlock } from './tables/replace-blocks.ts';

/** The upper and the lower share of a page in which running headers and footers stand. */
const BAND_SHARE = 0.15;
/** A repeated paragraph runs when it stands on this many pages and on this share of those seen together. */
const LEAST_PAGES = 3;
const LEAST_SHARE = 0.2;
/** Longer texts repeat because they are content (terms, letterheads), not because they run. */
const LONGEST_RUNNING_TEXT = 120;
/** How many paragraphs from the page's edge are looked at. */
const OUTERMOST = 2;
/** So many pages with a repeated paragraph are kept to compare its numbers. */
const COMPARED_PAGES = 2 * SLICE_PAGES;
/** A line nearer to the body than this share of its height goes on into it. */
const ATTACHED = 0.8;
/** A line of so many runs of text is a row of a table. */
const LEAST_COLUMNS = 3;
/** Boxes of neighbouring lines overlap by so many points. */
const SAME_LINE = 3;

export interface BandLine {
  readonly text: string;
  readonly rect: Rect;
}

/** A page's blocks with its running lines taken out. */
export interface BandedPage {
  readonly header: readonly BandLine[];
  readonly footer: readonly BandLine[];
  readonly body: readonly DraftBlock[];
}

type Band = 'header' | 'footer';
const BANDS: readonly Band[] = ['header', 'footer'];

/** A line in a band that no block covers. */
interface LooseLine extends BandLine {
  readonly items: readonly TextItem[];
  readonly evidence: LineEvidence | undefined;
}

/**
 * Finds headers and footers. LiteParse drops most of them from its blocks without saying so: they are the text
 * in a band that no block covers. Footers it keeps, such as ones with changing numbers, are found by repetition
 * over the pages learnt so far, so a long document can be handled slice by slice.
 *
 * It also drops what is content: lines of a letter sent to many, which differ in a number that tells whose it is, the
 * title of such a letter, and the first lines of a form that was filled twice. Those are put back.
 */
export class RunningBands {
  readonly #seenByKey = new Map<string, { count: number; readonly recent: NumberedPage[] }>();
  readonly #running = new Set<string>();
  readonly #evidence = new Map<number, Record<Band, BandEvidence>>();
  /** The first page of each repeated title. */
  readonly #titles = new Map<string, number>();
  #pagesSeen = 0;

  /** Takes the next pages of the document into account; call before {@link split} of those pages. */
  learn(pages: readonly PageDraft[]): void {
    this.#pagesSeen += pages.length;
    for (const page of pages) {
      const textByKey = new Map(candidates(page).map(({ key, text }) => [key, text]));
      for (const [key, text] of textByKey) {
        const seen = this.#seenByKey.get(key) ?? { count: 0, recent: [] };
        seen.count += 1;
        seen.recent.push({ pageNumber: page.pageNumber, text });
        if (seen.recent.length > COMPARED_PAGES) seen.recent.shift();
        this.#seenByKey.set(key, seen);
      }
    }
    const least = Math.max(LEAST_PAGES, this.#pagesSeen * LEAST_SHARE);
    for (const [key, { count }] of this.#seenByKey) if (count >= least) this.#running.add(key);
    if (pages.length > 1) this.#compare(pages);
  }

  #compare(pages: readonly PageDraft[]): void {
    const of = (band: Band) => new BandEvidence(pages.map((page) => ({ page, items: itemsIn(page, band) })));
    const evidence = { header: of('header'), footer: of('footer') };
    for (const { pageNumber } of pages) this.#evidence.set(pageNumber, evidence);
  }

  split(page: PageDraft): BandedPage {
    const lines: Record<Band, BandLine[]> = { header: [], footer: [] };
    const running = new Set<LayoutBlock>();
    if (this.#running.size > 0) {
      for (const { band, key, block, rect, text } of candidates(page)) {
        if (!this.#running.has(key)) continue;
        const { pageNumber } = page;
        if (numbersTell({ pageNumber, text }, this.#seenByKey.get(key)?.recent ?? [])) continue;
        running.add(block);
        lines[band].push({ text: plainText(text), rect });
      }
    }
    let body: readonly DraftBlock[] =
      running.size > 0 ? page.blocks.filter((block) => !running.has(block)) : page.blocks;
    for (const band of BANDS) {
      const evidence = this.#evidence.get(page.pageNumber)?.[band];
      const loose = uncoveredLines(page, band, evidence);
      const content = loose.length > 0 ? this.#contentAmong(loose, body, page, band) : new Set();
      for (const line of loose) {
        if (!content.has(line) && isBeyond(line.rect, body, band)) lines[band].push(line);
        else body = withLine(body, line, page);
      }
    }
    return {
      header: lines.header.toSorted((a, b) => a.rect.y - b.rect.y),
      footer: lines.footer.toSorted((a, b) => a.rect.y - b.rect.y),
      body,
    };
  }

  /** Those of the lines, which go from the page's edge inwards, that are no running ones whatever LiteParse thought. */
  #contentAmong(
    lines: readonly LooseLine[],
    body: readonly DraftBlock[],
    page: PageDraft,
    band: Band,
  ): ReadonlySet<LooseLine> {
    const content = new Set(lines.filter(({ evidence }) => evidence?.tells));
    const isOfItsOwn = content.size > 0;
    let inner = innerEdge(lines.at(-1)?.rect, body, band);
    for (const line of lines.toReversed()) {
      const { evidence, items, rect, text } = line;
      const near = band === 'header' ? rect.y + rect.height : rect.y;
      const isAttached = inner !== undefined && Math.abs(inner - near) < ATTACHED * rect.height;
      if (
        isAttached &&
        items.length < LEAST_COLUMNS &&
        evidence?.isSame &&
        evidence.isWeak &&
        /\p{L}{2}/u.test(text)
      )
        content.add(line);
      inner = content.has(line) ? (band === 'header' ? rect.y : rect.y + rect.height) : undefined;
      if (band === 'header' && this.#isTitle(line, page, isOfItsOwn)) content.add(line);
    }
    return content;
  }

  /** A line of large print is the title of the document on the first page, and a running line on the others. */
  #isTitle({ evidence, items, text }: LooseLine, page: PageDraft, isOfItsOwn: boolean): boolean {
    if (!evidence?.isRepeated || !evidence.isSame || !/\p{L}{2}/u.test(text)) return false;
    if (!isTitlePrint(items, page)) return false;
    const key = keyOf(text);
    const first = Math.min(this.#titles.get(key) ?? page.pageNumber, page.pageNumber);
    this.#titles.set(key, first);
    return isOfItsOwn || first === page.pageNumber;
  }
}

interface Candidate {
  readonly band: Band;
  readonly key: string;
  readonly block: LayoutBlock;
  readonly rect: Rect;
  readonly text: string;
}

/** Paragraphs at the page's edge that run if the other pages have them too. Headings do repeat, as titles. */
function candidates(page: PageDraft): Candidate[] {
  const found: Candidate[] = [];
  const blocks = page.blocks.filter((block) => block.bbox !== undefined && block.kind !== 'rule');
  for (const band of BANDS) {
    const outermost = blocks
      .toSorted((a, b) => (band === 'header' ? top(a) - top(b) : top(b) - top(a)))
      .slice(0, OUTERMOST);
    for (const block of outermost) {
      const { bbox: rect, text } = block;
      if (block.kind !== 'paragraph' || !rect || !text || text.length > LONGEST_RUNNING_TEXT) continue;
      if (isInBand(rect, page, band))
        found.push({ band, key: `${band} ${runningKey(text, rect, page)}`, block, rect, text });
    }
  }
  return found;
}

function top(block: LayoutBlock): number {
  return block.bbox?.y ?? 0;
}

/** A text without letters must also stand at the same height. */
function runningKey(text: string, rect: Rect, page: PageDraft): string {
  const key = keyOf(text);
  return /\p{L}/u.test(key) ? key : `${key} ${Math.round(((rect.y + rect.height / 2) / page.height) * 40)}`;
}

function isInBand(rect: Rect, page: PageDraft, band: Band): boolean {
  return band === 'header'
    ? rect.y + rect.height <= page.height * BAND_SHARE
    : rect.y >= page.height * (1 - BAND_SHARE);
}

function itemsIn(page: PageDraft, band: Band): TextItem[] {
  return page.textItems.filter(
    (item) => isInBand(item, page, band) && (item.rotation ?? 0) === 0 && item.text.trim() !== '',
  );
}

/** From the page's edge inwards. */
function uncoveredLines(page: PageDraft, band: Band, evidence: BandEvidence | undefined): LooseLine[] {
  let covering: readonly LayoutBlock[] | undefined;
  const uncovered = itemsIn(page, band).filter((item) => {
    covering ??= page.blocks.filter((block) => block.kind !== 'figure' && block.kind !== 'rule');
    return !covering.some((block) => covers(block, item));
  });
  const lines = groupIntoLines(uncovered).flatMap((items): LooseLine[] => {
    const rect = unionRect(items);
    const text = lineText(items);
    // A row of underscores or dots is a rule drawn with letters.
    if (!rect || !/[\p{L}\p{N}]/u.test(text)) return [];
    return [{ text, rect, items, evidence: evidence?.of(page, items) }];
  });
  return band === 'header' ? lines : lines.toReversed();
}

/** Where the body begins, seen from a line beyond it; undefined where it begins with a table, whose head repeats. */
function innerEdge(line: Rect | undefined, body: readonly DraftBlock[], band: Band): number | undefined {
  if (!line) return undefined;
  let nearest: { edge: number; kind: string } | undefined;
  for (const { bbox, kind } of body) {
    if (!bbox || kind === 'figure' || kind === 'rule') continue;
    const edge = band === 'header' ? bbox.y : bbox.y + bbox.height;
    const ahead = band === 'header' ? edge - line.y - line.height : line.y - edge;
    if (ahead < -SAME_LINE) continue;
    if (!nearest || (band === 'header' ? edge < nearest.edge : edge > nearest.edge)) nearest = { edge, kind };
  }
  return nearest?.kind === 'table' ? undefined : nearest?.edge;
}

/** Whether nothing of the body stands between a line and the page's edge: LiteParse also drops lines of the body. */
function isBeyond(line: Rect, body: readonly DraftBlock[], band: Band): boolean {
  return !body.some(({ bbox, kind }) => {
    if (!bbox || kind === 'figure' || kind === 'rule') return false;
    return band === 'header'
      ? bbox.y + bbox.height <= line.y + SAME_LINE
      : bbox.y >= line.y + line.height - SAME_LINE;
  });
}

/** The body with a line of its own put back, before what stands below it. */
function withLine(
  body: readonly DraftBlock[],
  { items, rect }: LooseLine,
  page: PageDraft,
): readonly DraftBlock[] {
  const line = lineBlock(items, page);
  if (!line) return body;
  const at = body.findIndex(({ bbox }) => bbox !== undefined && bbox.y >= rect.y + rect.height - SAME_LINE);
  return at < 0 ? [...body, line] : [...body.slice(0, at), line, ...body.slice(at)];
}

/** A heading joined from several lines keeps the box of its first, so its text is looked at as well. */
function covers(block: LayoutBlock, item: TextItem): boolean {
  if (block.bbox && holdsCentre(block.bbox, item)) return true;
  return block.kind === 'heading' && plainText(block.text ?? '').includes(item.text.trim());
}
