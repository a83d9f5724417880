import type { LayoutBlock, Rect, TextItem } from '@llamaindex/liteparse';
import { groupIntoLines, holdsCentre, unionRect } from './geometry.ts';
import { escapeMarkdown, plainText } from '../items/markup.ts';
import type { PageDraft } from './page-draft.ts';
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

/**
 * Finds headers and footers. LiteParse drops most of them from its blocks without saying so: they are the text
 * in a band that no block covers. Footers it keeps, such as ones with changing numbers, are found by repetition
 * over the pages learnt so far, so a long document can be handled slice by slice.
 */
export class RunningBands {
  readonly #pagesByKey = new Map<string, number>();
  readonly #running = new Set<string>();
  #pagesSeen = 0;

  /** Takes the next pages of the document into account; call before {@link split} of those pages. */
  learn(pages: readonly PageDraft[]): void {
    this.#pagesSeen += pages.length;
    for (const page of pages) {
      const keys = new Set(candidates(page).map((candidate) => candidate.key));
      for (const key of keys) this.#pagesByKey.set(key, (this.#pagesByKey.get(key) ?? 0) + 1);
    }
    const least = Math.max(LEAST_PAGES, this.#pagesSeen * LEAST_SHARE);
    for (const [key, count] of this.#pagesByKey) if (count >= least) this.#running.add(key);
  }

  split(page: PageDraft): BandedPage {
    const lines: Record<Band, BandLine[]> = { header: [], footer: [] };
    const running = new Set<LayoutBlock>();
    if (this.#running.size > 0) {
      for (const { band, key, block, rect } of candidates(page)) {
        if (!this.#running.has(key)) continue;
        running.add(block);
        lines[band].push({ text: plainText(block.text ?? ''), rect });
      }
    }
    let body: readonly DraftBlock[] =
      running.size > 0 ? page.blocks.filter((block) => !running.has(block)) : page.blocks;
    for (const band of ['header', 'footer'] as const) {
      for (const line of uncoveredLines(page, band)) {
        if (isBeyond(line.rect, body, band)) lines[band].push(line);
        else body = withLine(body, line);
      }
    }
    return {
      header: lines.header.toSorted((a, b) => a.rect.y - b.rect.y),
      footer: lines.footer.toSorted((a, b) => a.rect.y - b.rect.y),
      body,
    };
  }
}

interface Candidate {
  readonly band: Band;
  readonly key: string;
  readonly block: LayoutBlock;
  readonly rect: Rect;
}

/** Paragraphs at the page's edge that run if the other pages have them too. Headings do repeat, as titles. */
function candidates(page: PageDraft): Candidate[] {
  const found: Candidate[] = [];
  const blocks = page.blocks.filter((block) => block.bbox !== undefined && block.kind !== 'rule');
  for (const band of ['header', 'footer'] as const) {
    const outermost = blocks
      .toSorted((a, b) => (band === 'header' ? top(a) - top(b) : top(b) - top(a)))
      .slice(0, OUTERMOST);
    for (const block of outermost) {
      const { bbox: rect, text } = block;
      if (block.kind !== 'paragraph' || !rect || !text || text.length > LONGEST_RUNNING_TEXT) continue;
      if (isInBand(rect, page, band))
        found.push({ band, key: `${band} ${runningKey(text, rect, page)}`, block, rect });
    }
  }
  return found;
}

function top(block: LayoutBlock): number {
  return block.bbox?.y ?? 0;
}

/** Equal for texts that differ in numbers only. A text without letters must also stand at the same height. */
function runningKey(text: string, rect: Rect, page: PageDraft): string {
  const key = text.toLowerCase().replace(/\d+/g, '#').replace(/\s+/g, ' ').trim();
  return /\p{L}/u.test(key) ? key : `${key} ${Math.round(((rect.y + rect.height / 2) / page.height) * 40)}`;
}

function isInBand(rect: Rect, page: PageDraft, band: Band): boolean {
  return band === 'header'
    ? rect.y + rect.height <= page.height * BAND_SHARE
    : rect.y >= page.height * (1 - BAND_SHARE);
}

function uncoveredLines(page: PageDraft, band: Band): BandLine[] {
  let covering: readonly LayoutBlock[] | undefined;
  const uncovered: TextItem[] = [];
  for (const item of page.textItems) {
    if (!isInBand(item, page, band) || (item.rotation ?? 0) !== 0 || item.text.trim() === '') continue;
    covering ??= page.blocks.filter((block) => block.kind !== 'figure' && block.kind !== 'rule');
    if (!covering.some((block) => covers(block, item))) uncovered.push(item);
  }
  return groupIntoLines(uncovered).flatMap((line) => {
    const rect = unionRect(line);
    const text = line.map((item) => item.text.trim()).join(' ');
    // A row of underscores or dots is a rule drawn with letters.
    return rect && /[\p{L}\p{N}]/u.test(text) ? [{ text, rect }] : [];
  });
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
function withLine(body: readonly DraftBlock[], { text, rect }: BandLine): readonly DraftBlock[] {
  const line: DraftBlock = {
    kind: 'paragraph',
    text: escapeMarkdown(text),
    bold: false,
    italic: false,
    bbox: rect,
  };
  const at = body.findIndex(({ bbox }) => bbox !== undefined && bbox.y >= rect.y + rect.height - SAME_LINE);
  return at < 0 ? [...body, line] : [...body.slice(0, at), line, ...body.slice(at)];
}

/** A heading joined from several lines keeps the box of its first, so its text is looked at as well. */
function covers(block: LayoutBlock, item: TextItem): boolean {
  if (block.bbox && holdsCentre(block.bbox, item)) return true;
  return block.kind === 'heading' && plainText(block.text ?? '').includes(item.text.trim());
}
