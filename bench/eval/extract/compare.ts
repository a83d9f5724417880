import type { FieldSchema, ObjectSchema } from '../../../src/model/extract-schema/data-schema.ts';
import type { ExtractTask } from './tasks.ts';

/** A scalar of the data beside the truth's. `absent`: the truth has none. */
export interface Comparison {
  readonly path: string;
  readonly given: unknown;
  readonly truth: unknown;
  readonly outcome: 'right' | 'wrong' | 'missed' | 'invented' | 'absent';
}

/** Compares data with the truth scalar by scalar; the items of lists are paired by what they share. */
export function compare(task: ExtractTask, data: unknown): Comparison[] {
  const found: Comparison[] = [];
  const truth = (task.truth ?? {}) as Record<string, unknown>;
  const values = (data ?? {}) as Record<string, unknown>;
  for (const [name, field] of Object.entries(task.schema.properties)) {
    const skipped = isNothing(truth[name]) ? !task.complete : task.visible?.has(name) === false;
    if (!skipped) compareField(name, field, values[name], truth[name], found);
  }
  return task.complete ? found : found.filter((one) => !isUntold(one));
}

/** What an item of a list has and its truth leaves out. */
function isUntold({ path, truth }: Comparison): boolean {
  return isNothing(truth) && /\[\d+\]/.test(path);
}

function compareField(
  path: string,
  field: FieldSchema,
  given: unknown,
  truth: unknown,
  found: Comparison[],
): void {
  const schema = 'anyOf' in field ? field.anyOf[0] : field;
  if (schema.type === 'object') return compareObject(path, schema, given, truth, found);
  if (schema.type !== 'array') {
    found.push({ path, given, truth, outcome: outcomeOf(given, truth) });
    return;
  }
  const items = Array.isArray(given) ? [...(given as unknown[])] : [];
  const truths = Array.isArray(truth) ? (truth as unknown[]) : [];
  const score = (item: unknown, right: unknown): number => {
    const results: Comparison[] = [];
    compareField('', schema.items, item, right, results);
    return results.filter((one) => one.outcome === 'right').length;
  };
  for (const [index, right] of truths.entries()) {
    let best = -1;
    let most = 0;
    for (const [at, item] of items.entries()) {
      const shared = item === undefined ? 0 : score(item, right);
      if (shared > most) [best, most] = [at, shared];
    }
    compareField(`${path}[${index}]`, schema.items, best < 0 ? undefined : items[best], right, found);
    if (best >= 0) items[best] = undefined;
  }
  for (const item of items) {
    if (item !== undefined) compareField(`${path}[+]`, schema.items, item, undefined, found);
  }
}

function compareObject(
  path: string,
  schema: ObjectSchema,
  given: unknown,
  truth: unknown,
  found: Comparison[],
): void {
  const values = (given ?? {}) as Record<string, unknown>;
  const truths = (truth ?? {}) as Record<string, unknown>;
  for (const [name, field] of Object.entries(schema.properties)) {
    compareField(`${path}.${name}`, field, values[name], truths[name], found);
  }
}

function outcomeOf(given: unknown, truth: unknown): Comparison['outcome'] {
  if (isNothing(truth)) return isNothing(given) ? 'absent' : 'invented';
  if (isNothing(given)) return 'missed';
  return same(given, truth) ? 'right' : 'wrong';
}

function isNothing(value: unknown): boolean {
  return value === undefined || value === null || value === '';
}

/** Numbers to the cent; texts by letters and digits alone, because documents and truths differ in signs and spaces. */
function same(given: unknown, truth: unknown): boolean {
  if (typeof given === 'boolean' || typeof truth === 'boolean') return given === truth;
  const [a, b] = [Number(given), Number(truth)];
  if (!Number.isNaN(a) && !Number.isNaN(b)) return Math.abs(a - b) < 0.005;
  return plain(given) === plain(truth);
}

function plain(value: unknown): string {
  return String(value)
    .toLowerCase()
    .normalize('NFKD')
    .replace(/[^\p{L}\p{N}]/gu, '');
}
