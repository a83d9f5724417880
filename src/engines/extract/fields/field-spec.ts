import type { FieldSchema, ScalarSchema } from '../../../model/extract-schema/data-schema.ts';
import { synonymsOf, type Phrase } from '../vocabulary/synonyms.ts';
import { foldText, isKnownMeaning, meaningsOf, weightOf } from '../vocabulary/words.ts';
import { kindOf, type ValueKind } from './value-kind.ts';

/** One scalar field of the schema, and how a document may name it. */
export interface FieldSpec {
  readonly path: readonly string[];
  readonly schema: ScalarSchema;
  readonly kind: ValueKind;
  /** Labels that name it, each with how surely. */
  readonly phrases: readonly Phrase[];
  /** Whose it is, where the schema says so: `supplier`, `customer`, … */
  readonly role: string | undefined;
  /** The phrases once the role is left out: what stands in the role's own part of the document. */
  readonly withinRole: readonly Phrase[];
  /** Its name and title as written, folded: what reads exactly so is surely it. */
  readonly wordings: ReadonlySet<string>;
  /** Which end of a period it is. */
  readonly end: 'start' | 'end' | undefined;
}

/** What stands above a field: names of objects that hold it. */
export interface FieldContext {
  readonly path: readonly string[];
  readonly meanings: readonly string[];
  /** Whether they are in the items of a list. */
  readonly inList?: boolean;
}

const ROLES = new Set([
  'supplier',
  'customer',
  'recipient',
  'sender',
  'bank',
  'employer',
  'employee',
  'agency',
  'insured',
  'holder',
]);
/** Most labels a description adds; it explains more often than it names. */
const MOST_FROM_DESCRIPTION = 6;

/** The value's schema of a field that may be null. */
export function valueSchema(field: FieldSchema): Exclude<FieldSchema, { anyOf: unknown }> {
  return 'anyOf' in field ? field.anyOf[0] : field;
}

/** Title and description stand beside `anyOf` or inside. */
export function describe(field: FieldSchema): { title?: string; description?: string } {
  const value = valueSchema(field);
  const title = field.title ?? value.title;
  const description = field.description ?? value.description;
  return { ...(title !== undefined && { title }), ...(description !== undefined && { description }) };
}

/** `invoiceNumber`, `invoice_number` → `invoice Number`, `invoice number`. */
export function spaced(name: string): string {
  return name
    .replace(/([\p{Ll}\d])(\p{Lu})/gu, '$1 $2')
    .replace(/([\p{L}])(\d)/gu, '$1 $2')
    .replace(/[_\-.]+/g, ' ');
}

export function makeFieldSpec(name: string, field: FieldSchema, context: FieldContext): FieldSpec {
  const schema = valueSchema(field) as ScalarSchema;
  const { title, description } = describe(field);
  const own = distinct(meaningsOf(spaced(name)));
  const titled = title === undefined ? own : distinct(meaningsOf(title));
  const above = context.meanings;
  const kind = kindOf(
    schema,
    distinct([...above, ...own]),
    distinct([...own, ...titled]),
    `${title ?? ''} ${description ?? ''}`,
  );
  const role = roleOf(own, titled, above);
  const full = distinct([...above, ...own]);
  const names = [full, own, titled].filter((one) => one.length > 0);
  const inList = context.inList === true;
  const end = endOf(distinct([...own, ...titled]));
  const phrases = gather(names, { role, description, nested: above.length > 0, inList });
  const bare = distinct([own, titled].map((one) => withoutRoles(one).join(' ')))
    .map((one) => one.split(' ').filter(Boolean))
    .filter((one) => one.length > 0);
  const withinRole = role === undefined ? [] : gather(bare, { inList });
  return {
    path: [...context.path, name],
    schema,
    kind,
    phrases: withPeriod(withBareKind(phrases, kind, role), end, distinct([...own, ...titled])),
    wordings: new Set([spaced(name), title ?? ''].map((one) => foldText(one).trim()).filter(Boolean)),
    role,
    withinRole,
    end,
  };
}

/** Whose it is: said by the field, or by the objects around it. `customer` alone names the customer, and is nobody's. */
function roleOf(...sources: readonly (readonly string[])[]): string | undefined {
  const [own = [], titled = [], above = []] = sources;
  const named = [own, titled].flatMap((words) => (words.length > 1 ? words : []));
  return [...named, ...above.toReversed()].find((meaning) => ROLES.has(meaning));
}

interface Naming {
  readonly role?: string | undefined;
  readonly description?: string | undefined;
  readonly nested?: boolean;
  readonly inList: boolean;
}

function gather(
  names: readonly (readonly string[])[],
  { role, description, nested = false, inList }: Naming,
): Phrase[] {
  const phrases = new Map<string, Phrase>();
  const add = (meanings: readonly string[], sure: number): void => {
    if (meanings.length === 0) return;
    const key = meanings.toSorted().join(' ');
    if ((phrases.get(key)?.sure ?? 0) < sure) phrases.set(key, { meanings, sure });
  };
  for (const [index, meanings] of names.entries()) {
    const weak = nested && index > 0 && meanings.every((meaning) => weightOf(meaning) < 1);
    const sure = weak || (role !== undefined && !meanings.includes(role)) ? 0.45 : 1 - index * 0.02;
    add(meanings, sure);
    for (const phrase of synonymsOf(meanings, inList)) add(phrase.meanings, phrase.sure * sure * 0.97);
  }
  const known = new Set(names.flat());
  for (const [index, meanings] of describedLabels(description ?? '', known).entries()) {
    add(meanings, 0.82 - index * 0.05);
  }
  return [...phrases.values()];
}

/** Short parts of a description, such as `also: order number`, that could stand on a page as labels. */
function describedLabels(description: string, known: ReadonlySet<string>): string[][] {
  const parts = description.split(
    /[,;:()/."“”]|\b(?:or|oder|ou|also|e\.g\.|such as|like|called|labelled|labeled|named)\b/i,
  );
  return parts
    .filter((part) => !/^\s*(?:on|in|if|when|where|not|before|after|without|as|iso|yyyy)\b/i.test(part))
    .map((part) => distinct(meaningsOf(part)))
    .filter((meanings) => meanings.length > 0 && meanings.length <= 3)
    .filter(
      (meanings) => meanings.every((one) => isKnownMeaning(one)) || meanings.some((one) => known.has(one)),
    )
    .filter((meanings) => meanings.some((one) => weightOf(one) === 1))
    .slice(0, MOST_FROM_DESCRIPTION);
}

function endOf(meanings: readonly string[]): FieldSpec['end'] {
  const start = meanings.includes('start');
  return start === meanings.includes('end') ? undefined : start ? 'start' : 'end';
}

/** Kinds that show what they are: `Tel.` is enough of a label for the telephone of a shop. */
const SHOWN: Readonly<Partial<Record<ValueKind, string>>> = {
  phone: 'phone',
  email: 'email',
  url: 'website',
};

function withBareKind(
  phrases: readonly Phrase[],
  kind: ValueKind,
  role: string | undefined,
): readonly Phrase[] {
  const meaning = SHOWN[kind];
  const other = phrases.some((phrase) => phrase.meanings.includes('fax'));
  if (meaning === undefined || role !== undefined || other) return phrases;
  return [...phrases, { meanings: [meaning], sure: 0.72 }];
}

/** An end of a period may stand at a label that names the whole: the start of a lease at `Lease term`. */
function withPeriod(
  phrases: readonly Phrase[],
  end: FieldSpec['end'],
  own: readonly string[],
): readonly Phrase[] {
  if (end === undefined) return phrases;
  const rest = own.filter((meaning) => !['start', 'end', 'date', 'period'].includes(meaning));
  const whole = [{ meanings: ['period'], sure: rest.length > 0 ? 0.7 : 0.85 }];
  return rest.length > 0
    ? [...phrases, { meanings: [...rest, 'period'], sure: 0.9 }, ...whole]
    : [...phrases, ...whole];
}

export function withoutRoles(meanings: readonly string[]): string[] {
  return meanings.filter((meaning) => !ROLES.has(meaning));
}

function distinct<T>(values: readonly T[]): T[] {
  return [...new Set(values)];
}
