import { estimateTokens } from './token-estimate.ts';
import type { PageText, TextLine } from './page-text.ts';

/** A stretch of a document that is asked about at once: whole pages, or some lines of one. */
export interface DocumentPart {
  readonly pages: readonly PageText[];
}

/** What each page's own line costs. */
const TOKENS_PER_PAGE = 8;
/** A part of fewer signs is not halved any more. */
const SMALLEST = 600;

/** Cuts a document into parts of at most so many tokens, at the boundaries of pages wherever a page fits. */
export function cutIntoParts(pages: readonly PageText[], mostTokens: number): DocumentPart[] {
  const parts: DocumentPart[] = [];
  let open: PageText[] = [];
  let size = 0;
  const close = (): void => {
    if (open.length > 0) parts.push({ pages: open });
    open = [];
    size = 0;
  };
  for (const page of pages) {
    if (page.lines.length === 0) continue;
    for (const piece of cutPage(page, mostTokens)) {
      const cost = pageTokens(piece);
      if (size + cost > mostTokens) close();
      open.push(piece);
      size += cost;
    }
  }
  close();
  return parts;
}

/** A page that is too long by itself is cut between lines. */
function cutPage(page: PageText, mostTokens: number): PageText[] {
  if (pageTokens(page) <= mostTokens || page.lines.length < 2) return [page];
  return halvesOf(page).flatMap((half) => cutPage(half, mostTokens));
}

function pageTokens({ lines }: PageText): number {
  const [first] = lines;
  const repeated = first?.head === undefined ? 0 : estimateTokens(first.head);
  return lines.reduce((sum, { text }) => sum + estimateTokens(text) + 1, TOKENS_PER_PAGE + repeated);
}

/** Two parts of about half the size: between pages, or within one; undefined for one that is too small to be cut. */
export function halve({ pages }: DocumentPart): readonly [DocumentPart, DocumentPart] | undefined {
  const [only] = pages;
  if (pages.length > 1) {
    const middle = Math.ceil(pages.length / 2);
    return [{ pages: pages.slice(0, middle) }, { pages: pages.slice(middle) }];
  }
  if (!only || only.lines.length < 2 || signsOf(only.lines) < SMALLEST) return undefined;
  const [first, second] = halvesOf(only);
  return [{ pages: [first] }, { pages: [second] }];
}

function halvesOf({ pageNumber, lines }: PageText): readonly [PageText, PageText] {
  const half = signsOf(lines) / 2;
  let at = 1;
  for (let signs = lines[0]?.text.length ?? 0; at < lines.length - 1 && signs < half; at += 1)
    signs += lines[at]?.text.length ?? 0;
  return [
    { pageNumber, lines: lines.slice(0, at) },
    { pageNumber, lines: lines.slice(at) },
  ];
}

function signsOf(lines: readonly TextLine[]): number {
  return lines.reduce((sum, { text }) => sum + text.length, 0);
}

/** The part as a model is shown it; a table that began before is headed by its head once more. */
export function textOfPart({ pages }: DocumentPart): string {
  const out: string[] = [];
  let shown: string | undefined;
  for (const { pageNumber, lines } of pages) {
    out.push(`--- page ${pageNumber} ---`);
    for (const { text, head } of lines) {
      if (head !== undefined && head !== text && head !== shown)
        out.push(`(this table goes on; its head:) ${head}`);
      shown = head;
      out.push(text);
    }
  }
  return out.join('\n');
}
