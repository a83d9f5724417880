import { looksLikeLabel, type LabelIndex, type LabelMatch } from '../candidates/label-index.ts';
import type { Segment } from '../layout/lines.ts';
import type { ParsedDocument, ParsedPage } from '../parsed-document.ts';
import type { Phrase } from '../vocabulary/synonyms.ts';
import { meaningsOf } from '../vocabulary/words.ts';

/** A part of a page that tells about one party: what stands below or beside a heading such as `Bill to`. */
export interface Section {
  readonly heading: LabelMatch;
  readonly page: ParsedPage;
  /** In reading order, the heading left out. */
  readonly segments: readonly Segment[];
}

const HEADINGS: Readonly<Record<string, readonly string[]>> = {
  supplier: [
    'seller',
    'supplier',
    'vendor',
    'sold by',
    'supplier name',
    'invoice from',
    'payee',
    'merchant',
    'seller address',
    'billed by',
  ],
  customer: [
    'customer',
    'buyer',
    'bill to',
    'invoice to',
    'sold to',
    'billed to',
    'customer address',
    'invoice address',
    'billing address',
    'Rechnungsadresse',
    'Rechnungsempfänger',
    'Käufer/Leistungsempfänger',
    'client',
    'adresse de facturation',
  ],
  recipient: [
    'ship to',
    'deliver to',
    'delivery address',
    'shipping address',
    'Lieferadresse',
    'Warenempfänger',
    'recipient',
    'consignee',
  ],
  sender: ['sender', 'ship from'],
  employer: ['employer'],
  employee: ['employee'],
  bank: ['bank', 'bank account', 'bank details', 'Bankverbindung'],
  agency: ['agency'],
  insured: ['insured', 'policy holder'],
  holder: ['account holder', 'holder'],
};
const PHRASES: ReadonlyMap<string, readonly Phrase[]> = new Map(
  Object.entries(HEADINGS).map(([role, labels]) => [
    role,
    labels.map((label) => ({ meanings: [...new Set(meaningsOf(label))], sure: 1 })),
  ]),
);
const STRONG_HEADING = 0.78;
const MOST_SECTIONS = 8;
const MOST_LINES = 14;
/** Empty space that ends a section, in heights of its heading. */
const WIDEST_GAP = 3;
/** The same before a line that ends in a colon: the heading of another part. */
const NEXT_PART = 1.2;

/** The parts of a document that tell about a party, in its order. */
export function sectionsOf(role: string, document: ParsedDocument, labels: LabelIndex): Section[] {
  const others = headings(labels, [...PHRASES.keys()]);
  const starts = new Set(others.map((one) => one.label.segment));
  return headings(labels, [role])
    .toSorted(
      (a, b) =>
        a.label.pageIndex - b.label.pageIndex || a.label.segment.lineIndex - b.label.segment.lineIndex,
    )
    .slice(0, MOST_SECTIONS)
    .flatMap((heading) => {
      const page = document.pages[heading.label.pageIndex];
      return page ? [{ heading, page, segments: regionOf(heading, page, starts) }] : [];
    });
}

function headings(labels: LabelIndex, roles: readonly string[]): LabelMatch[] {
  return roles
    .flatMap((role) => labels.find(PHRASES.get(role) ?? []))
    .filter(({ label, score }) => score >= STRONG_HEADING && label.form !== 'prefix');
}

function regionOf({ label }: LabelMatch, page: ParsedPage, starts: ReadonlySet<Segment>): Segment[] {
  const { segment } = label;
  const own = page.lines[segment.lineIndex];
  const beside = own?.segments.slice(segment.index + 1) ?? [];
  const limit = beside.find((one) => starts.has(one) || looksLikeLabel(one.text))?.box.x ?? Infinity;
  const inside = (one: Segment): boolean => one.box.x >= segment.box.x - 15 && one.box.x < limit - 3;
  const found: Segment[] = beside.filter((one) => inside(one));
  const rest = segment.text.slice(label.valueStart).trim();
  if (rest !== '') found.unshift(segment);
  const height = Math.max(6, segment.box.h);
  let bottom = segment.box.y + segment.box.h;
  for (const line of page.lines.slice(segment.lineIndex + 1, segment.lineIndex + 1 + MOST_LINES)) {
    const parts = line.segments.filter((one) => inside(one));
    const [first] = parts;
    if (!first) continue;
    const apart = first.box.y - bottom;
    const headed = found.length > 1 && apart > NEXT_PART * height && /[:：]\s*$/.test(first.text);
    if (parts.some((one) => starts.has(one)) || apart > WIDEST_GAP * height || headed) break;
    found.push(...parts);
    bottom = Math.max(...parts.map((one) => one.box.y + one.box.h));
  }
  return found;
}
