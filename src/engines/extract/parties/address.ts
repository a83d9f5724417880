import type { Evidence } from '../candidates/candidate.ts';
import type { Segment } from '../layout/lines.ts';

/** Parts of a postal address, and where each stands. */
export interface Address {
  readonly street?: Evidence;
  readonly postcode?: Evidence;
  readonly city?: Evidence;
  readonly state?: Evidence;
  readonly country?: Evidence;
  /** Segments from the street to the last line of the address. */
  readonly segments: readonly Segment[];
}

const CITY = String.raw`\p{Lu}[\p{L}.'’-]*(?:[ /](?:\p{L}[\p{L}.'’-]*|\([\p{L}. ]+\))){0,4}`;
/** Each has the named groups `postcode` and `city`; the first that fits is taken. */
const PLACES: readonly RegExp[] = [
  new RegExp(
    String.raw`(?:^|[,|·•] ?)(?<city>${CITY}),? (?<state>[A-Z]{2})\.?,? (?<postcode>\d{5}(?:-\d{4})?)(?![\d])`,
    'u',
  ),
  new RegExp(
    String.raw`(?:^|[,|·•–-] ?)(?<city>${CITY}),? (?<postcode>[A-Z]{1,2}\d[A-Z\d]? \d[A-Z]{2})\b`,
    'u',
  ),
  new RegExp(
    String.raw`(?:^|[,|·•–-] ?|: ?)(?:(?<country>[A-Z]{1,2})[ -])?(?<postcode>\d{4} [A-Z]{2}|\d{5}|\d{4}) (?<city>${CITY})`,
    'u',
  ),
];
const COUNTRIES =
  /^(?:Deutschland|Germany|France|Frankreich|Österreich|Austria|Schweiz|Switzerland|Suisse|Nederland|Netherlands|Niederlande|Belgi(?:um|en|que|ë)|Luxembourg|Luxemburg|Ital(?:y|ia|ien)|Spain|España|Spanien|Espagne|Portugal|Poland|Polen|Pologne|United Kingdom|Great Britain|UK|Ireland|Irland|Denmark|Dänemark|Sweden|Schweden|Norway|Norwegen|USA|U\.S\.A\.|United States(?: of America)?|Canada|Kanada|Mexico|India|Indien|China|Japan|Australia|Brazil)$/u;
const STREET = /\p{L}.*\d|\d.*\p{L}/u;
const NOT_STREET = /@|www\.|^(?:tel|fax|phone|mobil|iban|bic|ust|vat|p\.?o\.? box|postfach)\b/i;

/** The first postal address in a part of a page, its lines from top to bottom. */
export function findAddress(segments: readonly Segment[]): Address | undefined {
  for (const [index, segment] of segments.entries()) {
    if (segment.text.length > 200) continue;
    for (const pattern of PLACES) {
      const match = pattern.exec(segment.text);
      const { groups } = match ?? {};
      if (!match || !groups) continue;
      const part = (name: string): Evidence | undefined => {
        const text = groups[name];
        const start = text === undefined ? -1 : segment.text.indexOf(text, match.index);
        return text === undefined || start < 0 ? undefined : { segment, start, end: start + text.length };
      };
      const street = streetBefore(segments, index, match.index);
      const after = segments.slice(index + 1, index + 3).find((one) => COUNTRIES.test(one.text.trim()));
      const country = after ? wholeOf(after) : part('country');
      const optional = {
        street,
        postcode: part('postcode'),
        city: part('city'),
        state: part('state'),
        country,
      };
      const known = Object.fromEntries(Object.entries(optional).filter(([, one]) => one !== undefined));
      const from = street && street.segment !== segment ? segments.indexOf(street.segment) : index;
      return { ...known, segments: [...segments.slice(from, index + 1), ...(after ? [after] : [])] };
    }
  }
  return undefined;
}

function wholeOf(segment: Segment): Evidence {
  return { segment, start: 0, end: segment.text.length };
}

/** The street stands before the place on its line, or on the line above. */
function streetBefore(segments: readonly Segment[], index: number, start: number): Evidence | undefined {
  const own = segments[index];
  const before = own?.text.slice(0, start).replace(/[\s,|·•–-]+$/, '') ?? '';
  if (own && STREET.test(before) && !NOT_STREET.test(before)) {
    const from = Math.max(before.lastIndexOf(','), before.lastIndexOf('·'), before.lastIndexOf('|')) + 1;
    const lead = /^\s*/.exec(before.slice(from))?.[0].length ?? 0;
    return { segment: own, start: from + lead, end: before.length };
  }
  for (const above of segments.slice(Math.max(0, index - 2), index).toReversed()) {
    const text = above.text.replace(/^[\p{L} ]{3,20}: ?/u, '');
    if (STREET.test(text) && !NOT_STREET.test(text) && text.length < 60) {
      return { segment: above, start: above.text.length - text.length, end: above.text.length };
    }
  }
  return undefined;
}
