import type { FieldSchema, ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import { NOT_FOUND, type ExtractedField, type ExtractedLeaf } from '../extraction.ts';
import { valueSchema } from '../fields/field-spec.ts';
import { compact } from './ground/text-index.ts';
import { sameValue } from './same-value.ts';

/**
 * One object of what the parts of a document say, in their order. Scalars: what the document says goes before what it does
 * not, what stands at a label before what stands anywhere, then the earliest page, then what most parts say. Lists
 * follow each other. Objects are merged field by field.
 */
export function mergeObjects(objects: readonly ExtractedField[], schema: ObjectSchema): ExtractedField {
  const fields = Object.entries(schema.properties).map(([name, field]): [string, ExtractedField] => [
    name,
    mergeFields(
      objects.flatMap((one) => (one.kind === 'object' ? (one.fields[name] ?? []) : [])),
      field,
    ),
  ]);
  return { kind: 'object', fields: Object.fromEntries(fields) };
}

function mergeFields(parts: readonly ExtractedField[], field: FieldSchema): ExtractedField {
  const schema = valueSchema(field);
  switch (schema.type) {
    case 'object':
      return mergeObjects(parts, schema);
    case 'array': {
      const items = mergeLists(parts.flatMap((part) => (part.kind === 'list' ? [part.items] : [])));
      return { kind: 'list', items: items.slice(0, schema.maxItems) };
    }
    default:
      return bestLeaf(parts.flatMap((part) => (part.kind === 'leaf' && part.value !== null ? [part] : [])));
  }
}

/** A value that stands at a label is at least this sure. */
const LABELLED = 0.9;

function bestLeaf(leaves: readonly ExtractedLeaf[]): ExtractedLeaf {
  const rank = (leaf: ExtractedLeaf): number =>
    leaf.citations.length === 0 ? 0 : leaf.extractionConfidence >= LABELLED ? 2 : 1;
  const page = ({ citations: [first] }: ExtractedLeaf): number => first?.page ?? 0;
  const votes = (leaf: ExtractedLeaf): number =>
    leaves.filter((one) => sameValue(one.value, leaf.value)).length;
  const [best] = leaves.toSorted((a, b) => rank(b) - rank(a) || page(a) - page(b) || votes(b) - votes(a));
  return best ?? NOT_FOUND;
}

/**
 * Entries of all parts. At each seam an entry that the page break cut in two becomes one, and what a part says again
 * without its own pages saying it is left out; so is anything said before that is no row of figures.
 */
function mergeLists(lists: readonly (readonly ExtractedField[])[]): ExtractedField[] {
  const merged: ExtractedField[] = [];
  const seen = new Set<string>();
  for (const items of lists) {
    const before = new Set(seen);
    for (const [index, item] of items.entries()) {
      const key = keyOf(item);
      seen.add(key);
      if (before.has(key) && (!isGrounded(item) || !hasFigures(item))) continue;
      const last = merged.at(-1);
      const joined = index === 0 && last && before.size > 0 ? joinHalves(last, item) : undefined;
      if (joined) merged[merged.length - 1] = joined;
      else merged.push(item);
    }
  }
  return merged;
}

/** One entry of two that have no field in common, and both have some; undefined for others. */
function joinHalves(first: ExtractedField, second: ExtractedField): ExtractedField | undefined {
  if (first.kind !== 'object' || second.kind !== 'object') return undefined;
  const [ours, theirs] = [leavesOf(first), leavesOf(second)];
  if (ours.length === 0 || theirs.length === 0) return undefined;
  const fields: [string, ExtractedField][] = [];
  for (const [name, own] of Object.entries(first.fields)) {
    const other = second.fields[name] ?? NOT_FOUND;
    if (leavesOf(own).length > 0 && leavesOf(other).length > 0) return undefined;
    fields.push([name, leavesOf(own).length > 0 ? own : other]);
  }
  return { kind: 'object', fields: Object.fromEntries(fields) };
}

function isGrounded(field: ExtractedField): boolean {
  return leavesOf(field).some((leaf) => leaf.citations.length > 0);
}

function hasFigures(field: ExtractedField): boolean {
  return leavesOf(field).some(({ value }) => typeof value === 'number' || /\d/.test(String(value)));
}

/** All scalars below a field that have a value. */
export function leavesOf(field: ExtractedField): ExtractedLeaf[] {
  switch (field.kind) {
    case 'leaf':
      return field.value === null ? [] : [field];
    case 'list':
      return field.items.flatMap((item) => leavesOf(item));
    case 'object':
      return Object.values(field.fields).flatMap((inner) => leavesOf(inner));
  }
}

/** Equal for entries that say the same. */
function keyOf(field: ExtractedField): string {
  switch (field.kind) {
    case 'leaf':
      return typeof field.value === 'string' ? compact(field.value) : JSON.stringify(field.value);
    case 'list':
      return JSON.stringify(field.items.map((item) => keyOf(item)));
    case 'object':
      return JSON.stringify(Object.entries(field.fields).map(([name, inner]) => [name, keyOf(inner)]));
  }
}
