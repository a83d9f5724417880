import { alternatives, type Description, type Schema } from './description.ts';

/** Text that no database keeps: half a surrogate pair, and NUL. */
const LONE_SURROGATE = '\uD800';

/** A JSON value with one thing about it changed. */
export interface ChangedValue {
  /** What was changed, for the report. */
  readonly what: string;
  /** Where the change is: keys from the root down. */
  readonly path: readonly (string | number)[];
  readonly value: unknown;
  /**
   * `bad`: the schema forbids it, the server must refuse it. `good`: the schema allows it. `free`: it fits the schema,
   * but other rules may forbid it.
   */
  readonly verdict: 'bad' | 'good' | 'free';
}

type Path = readonly (string | number)[];

/**
 * Every way to break a value, one at a time: each required field left out, each field of every other JSON type, just
 * beyond each of its bounds, none of its permitted values, with text that cannot be stored; and an unknown field in
 * each object. Fields that the value does not have are put in for it.
 */
export function* changedValues(
  schema: Schema,
  value: unknown,
  description: Description,
): Generator<ChangedValue> {
  for (const change of changes(schema, value, [], { description, depth: 0 })) {
    yield { ...change, value: replaced(value, change.path, change.value) };
  }
}

interface Context {
  readonly description: Description;
  readonly depth: number;
}

/** Levels of a value that JSON can hold and that neither a stack nor a database should have to. */
const DEEP = 3_000;

function nested(levels: number): unknown {
  let value: unknown = 1;
  for (let level = 0; level < levels; level += 1) value = level % 2 ? [value] : { a: value };
  return value;
}

/** Stands for a field that is taken away. */
const ABSENT = Symbol('absent');
const MAX_DEPTH = 9;

function* changes(schema: Schema, value: unknown, path: Path, context: Context): Generator<ChangedValue> {
  const forms = alternatives(schema, context.description);
  for (const wrong of wrongTypes(forms)) {
    yield { what: `${typeName(wrong)} instead`, path, value: wrong, verdict: 'bad' };
  }
  for (const form of forms) yield* outOfBounds(form, forms, path);
  if (forms.some((form) => form.type === 'null')) yield { what: 'null', path, value: null, verdict: 'free' };
  if (context.depth === MAX_DEPTH) return;
  const inner = { ...context, depth: context.depth + 1 };
  for (const form of formsFor(forms, value)) {
    if (form.properties || form.type === 'object') yield* objectChanges(form, value, path, inner);
    if (form.items) yield* changes(form.items, listOf(value)[0], [...path, 0], inner);
  }
}

/** Of the objects in a tagged union, the one whose tag the value has; everything else as it is. */
function formsFor(forms: readonly Schema[], value: unknown): readonly Schema[] {
  const objects = forms.filter((form) => form.properties);
  if (objects.length < 2) return forms;
  const given = recordOf(value);
  const fits = (form: Schema): boolean =>
    Object.entries(form.properties ?? {}).every(
      ([key, { const: tag }]) => tag === undefined || given[key] === undefined || given[key] === tag,
    );
  return objects.filter(fits).slice(0, 1);
}

function* objectChanges(form: Schema, value: unknown, path: Path, context: Context): Generator<ChangedValue> {
  const given = recordOf(value);
  for (const key of form.required ?? []) {
    yield { what: 'left out', path: [...path, key], value: ABSENT, verdict: 'bad' };
  }
  for (const [key, inner] of Object.entries(form.properties ?? {})) {
    yield* changes(inner, given[key], [...path, key], context);
  }
  const extra = [...path, 'x_not_there'];
  const rule = form.additionalProperties ?? Object.values(form.patternProperties ?? {})[0];
  if (!form.properties || rule === true) {
    yield { what: 'deep', path: extra, value: nested(DEEP), verdict: 'bad' };
    yield { what: 'wide', path: extra, value: 'a'.repeat(100_000), verdict: 'free' };
  }
  if (typeof rule === 'object') yield* changes(rule, undefined, extra, context);
  else {
    // An object that had to be made for it may lack what it needs.
    const verdict = rule === false ? 'bad' : 'good';
    const isWhole = value === given || (verdict === 'bad' && (form.required ?? []).length === 0);
    yield { what: 'unknown field', path: extra, value: 1, verdict: isWhole ? verdict : 'free' };
  }
}

function recordOf(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? (value as unknown[]) : [];
}

function typeName(value: unknown): string {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'list' : typeof value === 'number' ? `number ${value}` : typeof value;
}

/** One value of each JSON type that none of the forms has. */
function wrongTypes(forms: readonly Schema[]): unknown[] {
  const types = new Set(forms.map((form) => form.type));
  if (types.has(undefined)) return [];
  const number = types.has('number');
  return [
    ...(types.has('string') ? [] : ['text']),
    ...(types.has('integer') || number ? [] : [7]),
    ...(number ? [] : [1.5]),
    ...(types.has('boolean') ? [] : [true]),
    ...(types.has('array') ? [] : [[]]),
    ...(types.has('object') ? [] : [{}]),
    ...(types.has('null') ? [] : [null]),
  ];
}

function* outOfBounds(form: Schema, forms: readonly Schema[], path: Path): Generator<ChangedValue> {
  const bad = (what: string, value: unknown): ChangedValue => ({ what, path, value, verdict: 'bad' });
  const openText = forms.some(({ type, ...rest }) => type === 'string' && !isClosed(rest));
  if (form.type === 'string') {
    if (isClosed(form) && !openText) yield bad('no permitted value', 'x-not-permitted');
    if (form.minLength) yield bad('too short', 'a'.repeat(form.minLength - 1));
    if (form.maxLength) yield bad('too long', 'a'.repeat(form.maxLength + 1));
    if (form.format === 'date-time') yield bad('no time', 'yesterday');
    if (form.format === 'uuid') yield bad('no UUID', 'not-a-uuid');
    if (form.pattern) yield bad('against the pattern', '%%%');
    yield bad('with NUL', 'a\0b');
    yield bad('with half a surrogate pair', LONE_SURROGATE);
    yield { what: 'long', path, value: 'ä'.repeat(20_000), verdict: 'free' };
  }
  if (form.minimum !== undefined) yield bad('below the minimum', form.minimum - 1);
  if (form.maximum !== undefined) yield bad('above the maximum', form.maximum + 1);
  if (form.exclusiveMinimum !== undefined) yield bad('at the lower bound', form.exclusiveMinimum);
  if (form.exclusiveMaximum !== undefined) yield bad('at the upper bound', form.exclusiveMaximum);
  if (form.type === 'integer' || form.type === 'number') {
    yield { what: 'huge', path, value: 1e308, verdict: 'free' };
  }
  if (form.minItems) yield bad('too few', []);
  if (form.maxItems)
    yield bad(
      'too many',
      Array.from({ length: form.maxItems + 1 }, () => 'a'),
    );
}

function isClosed({ enum: values, const: only }: Schema): boolean {
  return values !== undefined || only !== undefined;
}

/** The root with one place replaced; objects and lists on the way there are made where they are missing. */
function replaced(root: unknown, path: Path, value: unknown): unknown {
  const [key, ...rest] = path;
  if (key === undefined) return value;
  if (typeof key === 'number') {
    const list = [...listOf(root)];
    list[key] = replaced(list[key], rest, value);
    return list;
  }
  const { [key]: old, ...others } = recordOf(root);
  const changed = replaced(old, rest, value);
  return changed === ABSENT ? others : { ...others, [key]: changed };
}
