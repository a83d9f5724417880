import { looksLikeLabel } from '../candidates/label-index.ts';
import type { Candidate } from '../candidates/candidate.ts';
import type { FieldSpec } from '../fields/field-spec.ts';
import type { Line, Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { readContact } from '../values/contacts.ts';
import { isKnownMeaning, meaningsOf } from '../vocabulary/words.ts';
import { findAddress } from './address.ts';
import { addressCandidates } from './by-party.ts';

/** What the names of companies end with, in the countries whose papers are commonest. */
const COMPANY =
  /(?:^|\s)(?:GmbH(?: & Co\.?(?: KG)?)?|mbH|AG|KG|OHG|UG|e\.\s?K\.|e\.\s?V\.|SE|Inc\.?|LLC|L\.L\.C\.|LLP|Ltd\.?|Limited|PLC|Corp\.?|Corporation|S\.?A\.?S\.?|SARL|S\.A\.|SA|SAS|S\.C\.|eG|GbR|Co\.|plc|S\.p\.A\.|S\.r\.l\.|B\.\s?V\.|N\.\s?V\.|AB|ApS|A\/S|Oy|Sp\. z o\.o\.|Pvt\.? Ltd\.?)(?=$|[\s,.;:·|])/u;
const NAME_SURE = 0.6;
const ADDRESS_SURE = 0.58;
/** Lines around a company's name in which its address is looked for. */
const LINES_AROUND = 6;

/**
 * Who sends a letter stands at its top or bottom without a label: the first company on the first page that is not the
 * customer, and the address near it.
 */
export function candidatesByLetterhead(
  spec: FieldSpec,
  others: ReadonlySet<Segment>,
  { document }: Reading,
): Candidate[] {
  const lines = document.pages[0]?.lines ?? [];
  for (const [at, line] of lines.entries()) {
    for (const segment of line.segments) {
      const end = companyEnd(segment.text);
      if (end === undefined || others.has(segment) || segment.text.length > 120) continue;
      if (spec.kind === 'name') {
        const start = Math.max(0, segment.text.slice(0, end).search(/\S/));
        const value = segment.text.slice(start, end).trim();
        return [{ value, evidence: [{ segment, start, end: start + value.length }], score: NAME_SURE }];
      }
      const near = lines.slice(at, at + LINES_AROUND).flatMap((one) => {
        return one.segments.filter(
          (other) => Math.abs(other.box.x - segment.box.x) < 30 && !others.has(other),
        );
      });
      return addressCandidates(spec, near, ADDRESS_SURE);
    }
  }
  const headed = candidatesByHeading(spec, others, lines);
  return others.size === 0 || headed.length > 0 ? headed : fromFirstAddress(spec, others, lines);
}

/** Lines below a name among which its address, telephone or mail address stands. */
const CONTACT_LINES = 3;
const LARGER = 1.15;
const LONGEST_HEADING = 50;
const HEADING_SURE = 0.6;

/** A name at the head of the first page: larger than the rest, with an address or the like right below it. */
export function candidatesByHeading(
  spec: FieldSpec,
  others: ReadonlySet<Segment>,
  lines: readonly Line[],
): Candidate[] {
  const [first, ...more] = lines;
  const [segment, ...beside] = first?.segments ?? [];
  if (spec.kind !== 'name' || !first || !segment || beside.length > 0 || others.has(segment)) return [];
  const heights = more.map((line) => line.height).toSorted((a, b) => a - b);
  const usual = heights[Math.floor(heights.length / 2)] ?? first.height;
  const { text } = segment;
  if (first.height < usual * LARGER || text.length > LONGEST_HEADING || !isName(text)) return [];
  const below = lines.slice(1, 1 + CONTACT_LINES).flatMap((line) => line.segments);
  const reached = below.some(({ text: line }) => {
    return readContact('email', line) !== undefined || readContact('phone', line) !== undefined;
  });
  if (!reached && findAddress(below) === undefined) return [];
  return [{ value: text, evidence: [{ segment, start: 0, end: text.length }], score: HEADING_SURE }];
}

/** Words that begin with capitals, none of which says what a document or a field is. */
function isName(text: string): boolean {
  const words = text.split(' ');
  const capital = words.filter((word) => /^\p{Lu}/u.test(word)).length;
  const known = meaningsOf(text).filter((meaning) => isKnownMeaning(meaning)).length;
  return !/[\d:@|]/.test(text) && words.length <= 6 && capital * 2 > words.length && known === 0;
}

/** Where the customer's part is marked, the first other address is the sender's; a name stands above it. */
function fromFirstAddress(
  spec: FieldSpec,
  others: ReadonlySet<Segment>,
  lines: readonly Line[],
): Candidate[] {
  const open = lines.flatMap((line) => line.segments.slice(0, 1)).filter((one) => !others.has(one));
  if (spec.kind !== 'name') return addressCandidates(spec, open, ADDRESS_SURE);
  const [first] = findAddress(open)?.segments ?? [];
  const above = first && open[open.indexOf(first) - 1];
  if (!above || looksLikeLabel(above.text) || /\d|[:：@]/.test(above.text) || above.text.length > 60)
    return [];
  const evidence = [{ segment: above, start: 0, end: above.text.length }];
  return [{ value: above.text, evidence, score: ADDRESS_SURE }];
}

/** Where a company's name ends in a text that begins with one. */
function companyEnd(text: string): number | undefined {
  const match = COMPANY.exec(text);
  if (!match) return undefined;
  const end = match.index + match[0].length;
  const name = text.slice(0, end);
  return /[:：]/.test(name) || name.split(' ').length > 8 || !/\p{Lu}/u.test(name) ? undefined : end;
}
