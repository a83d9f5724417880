import type { FieldSchema, ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import { NOT_FOUND, type ExtractedField, type ExtractedLeaf } from '../extraction.ts';
import { valueSchema } from '../fields/field-spec.ts';
import { leavesOf } from './merge-parts.ts';
import { sameValue } from './same-value.ts';
import { fieldKey, type FieldKey } from './sub-schema.ts';

/** What the rules are this sure of needs no second opinion. */
const SURE = 0.8;
/** What the rules are this sure of stands against a model that finds nothing. */
const SURE_ENOUGH = 0.7;
/** What is left of the confidence in a value that the other does not confirm. */
const UNCONFIRMED = 0.8;
/** A list that is at most this sure, on average over its cells, is asked for as a whole. */
const SURE_LIST = 0.7;
/** What a cell must be surer than to speak for its list. */
const WORTH = 0.4;

/** Fields that the rules did not find, or are not sure of; lists as wholes. */
export function gapsIn(
  found: ExtractedField,
  schema: ObjectSchema,
  path: readonly string[] = [],
): FieldKey[] {
  return Object.entries(schema.properties).flatMap(([name, field]) => {
    const value = valueSchema(field);
    const here = [...path, name];
    const own = (found.kind === 'object' ? found.fields[name] : undefined) ?? NOT_FOUND;
    if (value.type === 'object') return gapsIn(own, value, here);
    const isSure = value.type === 'array' ? isSureList(own) : own.kind === 'leaf' && isSureLeaf(own);
    return isSure ? [] : [fieldKey(here)];
  });
}

function isSureLeaf({ value, confidence }: ExtractedLeaf): boolean {
  return value !== null && confidence >= SURE;
}

/** Cells without a value count against their list: a table may have the column all the same. */
function isSureList(field: ExtractedField): boolean {
  const cells = cellsOf(field);
  return cells.length > 0 && cells.reduce((sum, cell) => sum + cell.confidence, 0) / cells.length > SURE_LIST;
}

function cellsOf(field: ExtractedField): ExtractedLeaf[] {
  if (field.kind === 'leaf') return [field];
  const inner = field.kind === 'list' ? field.items : Object.values(field.fields);
  return inner.flatMap((one) => cellsOf(one));
}

export interface Opinions {
  readonly rules: ExtractedField;
  readonly model: ExtractedField;
  /** The owner told the model in words what they want: it decides alone. */
  readonly modelDecides: boolean;
}

/**
 * One object of what the rules and the model say. Where both say the same it is surer than either. Where they differ, a
 * value that the document has goes before one that it does not, and the model's before the rules'.
 * @param asked what the model was asked for, and answered; the rest is the rules'
 */
export function combineObjects(
  { rules, model, modelDecides }: Opinions,
  schema: ObjectSchema,
  asked: ReadonlySet<FieldKey>,
  path: readonly string[] = [],
): ExtractedField {
  const fields = Object.entries(schema.properties).map(([name, field]): [string, ExtractedField] => {
    const here = [...path, name];
    const pair = { rules: fieldAt(rules, name), model: fieldAt(model, name), modelDecides };
    const value = valueSchema(field);
    if (value.type === 'object') return [name, combineObjects(pair, value, asked, here)];
    return [name, asked.has(fieldKey(here)) ? combineFields(pair, field) : pair.rules];
  });
  return { kind: 'object', fields: Object.fromEntries(fields) };
}

function fieldAt(field: ExtractedField, name: string): ExtractedField {
  return (field.kind === 'object' ? field.fields[name] : undefined) ?? NOT_FOUND;
}

/** The same for one scalar or list. */
function combineFields({ rules, model, modelDecides }: Opinions, field: FieldSchema): ExtractedField {
  const isList = valueSchema(field).type === 'array';
  if (isList) return modelDecides ? model : betterList(rules, model);
  if (rules.kind !== 'leaf' || model.kind !== 'leaf') return model;
  if (rules.value !== null && sameValue(rules.value, model.value)) return confirmed(rules, model);
  if (modelDecides) return model;
  return contested(rules, model);
}

/** Both say it, and both may be wrong: independent doubts are multiplied. The notation is the one that the rules read. */
function confirmed(rules: ExtractedLeaf, model: ExtractedLeaf): ExtractedLeaf {
  const doubt = (1 - rules.extractionConfidence) * (1 - Math.max(0.5, model.extractionConfidence));
  return withConfidence(rules, Math.max(rules.extractionConfidence, Math.min(0.99, 1 - doubt)));
}

function contested(rules: ExtractedLeaf, model: ExtractedLeaf): ExtractedLeaf {
  if (rules.value === null) return model;
  const isGrounded = model.citations.length > 0;
  if (model.value !== null && isGrounded)
    return rules.confidence >= SURE ? withConfidence(model, model.extractionConfidence * UNCONFIRMED) : model;
  const stays = model.value !== null || rules.confidence >= SURE_ENOUGH;
  return stays ? withConfidence(rules, rules.extractionConfidence * UNCONFIRMED) : NOT_FOUND;
}

function withConfidence(leaf: ExtractedLeaf, sure: number): ExtractedLeaf {
  const round = (value: number): number => Math.round(value * 100) / 100;
  return { ...leaf, extractionConfidence: round(sure), confidence: round(sure * leaf.parsingConfidence) };
}

/** The list whose cells speak more for it; invented ones speak against it. */
function betterList(rules: ExtractedField, model: ExtractedField): ExtractedField {
  const worth = (field: ExtractedField): number =>
    leavesOf(field).reduce((sum, { confidence }) => sum + confidence - WORTH, 0);
  const [ours, theirs] = [worth(rules), worth(model)];
  return leavesOf(model).length > 0 && (theirs >= ours || leavesOf(rules).length === 0) ? model : rules;
}
