import type { FieldSpec } from '../fields/field-spec.ts';
import type { Segment } from '../layout/lines.ts';
import type { Reading } from '../reading.ts';
import { readValue } from '../values/read-value.ts';
import type { Candidate } from './candidate.ts';

/** Kinds of values that show what they are, so that one without a label is still known for what it is. */
const SHAPED = new Map<FieldSpec['kind'], RegExp>([
  ['iban', /[A-Z]{2}\s?\d{2}/],
  ['vat_number', /[A-Z]{2}\s?[A-Z0-9]{2}/],
  ['email', /@/],
  ['url', /www\.|https?:/],
  ['phone', /(?:^|\s)(?:\+\d{1,3}[\s(]|\(\d{3}\)\s?\d{3})/],
  ['date', /\d/],
  ['time', /\d[:h.]\d\d/],
  ['currency', /\p{Sc}|[A-Z]{3}|Rs/u],
]);
/** How sure a value is that is the only one of its shape; and the commonest of several. */
const ONLY_ONE = 0.72;
const ONE_OF_SEVERAL = 0.5;
const COMMONEST_CURRENCY = 0.85;
const ENOUGH = 400;

/**
 * Values that are known by their shape alone: the only one of a document, or by far the commonest currency. A customer's
 * are only known where the document says that they are the customer's.
 * @param others what is told about others than the one the field is about
 */
export function candidatesByShape(
  spec: FieldSpec,
  others: ReadonlySet<Segment>,
  { document, notation }: Reading,
): Candidate[] {
  const hint = SHAPED.get(spec.kind);
  const ofSomebody = spec.role !== undefined && spec.role !== 'supplier' && spec.role !== 'bank';
  const isTimeOfDocument = spec.kind === 'date' || spec.kind === 'time';
  if (isTimeOfDocument && !isDocuments(spec)) return [];
  if (spec.kind === 'phone' && spec.phrases.some((phrase) => phrase.meanings.includes('fax'))) return [];
  if (!hint || (ofSomebody && spec.kind !== 'currency')) return [];
  const found = new Map<string, { first: Candidate; count: number }>();
  let count = 0;
  for (const page of document.pages) {
    for (const line of page.lines) {
      for (const segment of line.segments) {
        if (count >= ENOUGH || others.has(segment) || !hint.test(segment.text)) continue;
        const read = readValue(spec, segment.text, notation);
        if (!read || read.fit < 0.8 || (spec.kind === 'vat_number' && !/^[A-Z]{2}/.test(String(read.value))))
          continue;
        if (isTimeOfDocument && !isAlone(segment.text)) continue;
        count += 1;
        const key = String(read.value).replace(/\s/g, '').toLowerCase();
        const known = found.get(key);
        const evidence = [{ segment, start: read.index, end: read.index + read.text.length }];
        if (known) known.count += 1;
        else found.set(key, { first: { value: read.value, evidence, score: read.fit }, count: 1 });
      }
    }
  }
  const all = [...found.values()].toSorted((a, b) => b.count - a.count);
  return all.slice(0, 3).map(({ first, count: own }) => {
    const alone = all.length === 1;
    if (!alone && isTimeOfDocument) return { ...first, score: 0 };
    const share = own / count;
    const common =
      spec.kind === 'currency' && share >= 0.75 ? COMMONEST_CURRENCY * Math.min(1, share + 0.1) : 0;
    return { ...first, score: first.score * Math.max(common, alone ? ONLY_ONE : ONE_OF_SEVERAL) };
  });
}

/** The day or time of the document itself: the only one in it is that one, and of several none is taken. */
function isDocuments({ path, phrases, end }: FieldSpec): boolean {
  const [own] = phrases;
  return (
    end === undefined &&
    path.length === 1 &&
    own !== undefined &&
    own.meanings.every((one) => OF_DOCUMENTS.has(one))
  );
}

const OF_DOCUMENTS = new Set(['date', 'time', 'receipt']);

/** A day, a time or both with no word beside them but a month's: nothing says that they are of something else. */
function isAlone(text: string): boolean {
  return text.length <= 30 && (text.match(/\p{L}{3,}/gu)?.length ?? 0) <= 2 && !/[:：]\s/.test(text);
}
