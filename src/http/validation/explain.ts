import type { ValidationIssue } from '../../errors.ts';
import { issueAt, notPermitted, type Location, type Problem } from './issue.ts';
import { hasType, isJsonObject, resolveRef, type ExplainContext, type JsonSchema } from './json-schema.ts';
import { numberProblems, stringProblems, wrongType } from './scalars.ts';
import { explainUnion } from './unions.ts';

/**
 * Every way in which `value` breaks `schema`, each at its exact place. Called after a compiled check has said
 * no, so that it may take its time: a validator's own error list names schema paths and every branch of every
 * union, and is of no use to the person who reads it.
 */
export function* explain(
  schema: JsonSchema,
  value: unknown,
  loc: Location,
  context: ExplainContext,
): Generator<ValidationIssue> {
  if (schema.$ref !== undefined) {
    const target = resolveRef(schema, context);
    const defs = { ...context.defs, ...schema.$defs };
    if (target) yield* explain(target, value, loc, { ...context, defs });
    return;
  }
  if (schema.anyOf) {
    const branches = alternatives(schema.anyOf).map((branch) => ({
      schema: resolveRef(branch, context) ?? {},
      issues: [...explain(branch, value, loc, context)],
    }));
    yield* explainUnion(schema.discriminator?.propertyName, branches, value, { loc, context });
    return;
  }
  const permitted = 'const' in schema ? [schema.const] : schema.enum;
  if (permitted) {
    if (!permitted.includes(value)) yield issueAt(loc, notPermitted(permitted), value);
    return;
  }
  if (!hasType(schema, value)) {
    yield issueAt(loc, wrongType(schema, value, context.fromText), value);
    return;
  }
  yield* explainTyped(schema, value, loc, context);
}

/** A union's branches, with those of unions inside it that have no tag of their own: `(A | B) | null`. */
function alternatives(branches: readonly JsonSchema[]): JsonSchema[] {
  return branches.flatMap((branch) =>
    branch.anyOf && !branch.discriminator ? alternatives(branch.anyOf) : [branch],
  );
}

function* explainTyped(
  schema: JsonSchema,
  value: unknown,
  loc: Location,
  context: ExplainContext,
): Generator<ValidationIssue> {
  if (typeof value === 'string') yield* located(stringProblems(schema, value), loc, value);
  else if (typeof value === 'number') yield* located(numberProblems(schema, value), loc, value);
  else if (Array.isArray(value)) yield* explainList(schema, value, loc, context);
  else if (isJsonObject(value)) yield* explainObject(schema, value, loc, context);
}

function* located(problems: Iterable<Problem>, loc: Location, value: unknown): Generator<ValidationIssue> {
  for (const problem of problems) yield issueAt(loc, problem, value);
}

function* explainList(
  schema: JsonSchema,
  list: readonly unknown[],
  loc: Location,
  context: ExplainContext,
): Generator<ValidationIssue> {
  const { minItems, maxItems } = schema;
  const sized = (type: string, words: string, limit: number, ctx: Record<string, number>): Problem => ({
    type,
    msg: `List should have at ${words} ${limit} ${limit === 1 ? 'item' : 'items'}, not ${list.length}`,
    ctx: { field_type: 'List', ...ctx, actual_length: list.length },
  });
  if (minItems !== undefined && list.length < minItems) {
    yield issueAt(loc, sized('too_short', 'least', minItems, { min_length: minItems }), list);
  }
  if (maxItems !== undefined && list.length > maxItems) {
    yield issueAt(loc, sized('too_long', 'most', maxItems, { max_length: maxItems }), list);
  }
  if (!schema.items) return;
  for (const [index, item] of list.entries()) {
    yield* explain(schema.items, item, [...loc, index], context);
  }
}

function* explainObject(
  schema: JsonSchema,
  object: Record<string, unknown>,
  loc: Location,
  context: ExplainContext,
): Generator<ValidationIssue> {
  for (const key of schema.required ?? []) {
    if (!Object.hasOwn(object, key)) {
      yield issueAt([...loc, key], { type: 'missing', msg: 'Field required' }, object);
    }
  }
  for (const [key, value] of Object.entries(object)) {
    const place = [...loc, key];
    const own = schema.properties && Object.hasOwn(schema.properties, key) && schema.properties[key];
    const rule = own || patternRule(schema, key) || (schema.additionalProperties ?? true);
    if (rule === true) continue;
    if (rule === false) {
      yield issueAt(place, { type: 'extra_forbidden', msg: 'Extra inputs are not permitted' }, value);
    } else yield* explain(rule, value, place, context);
  }
}

function patternRule(schema: JsonSchema, key: string): JsonSchema | undefined {
  for (const [pattern, rule] of Object.entries(schema.patternProperties ?? {})) {
    if (new RegExp(pattern, 'u').test(key)) return rule;
  }
  return undefined;
}
