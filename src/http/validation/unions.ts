import type { ValidationIssue } from '../../errors.ts';
import { choices, issueAt, notPermitted, type Location } from './issue.ts';
import { hasType, isJsonObject, type ExplainContext, type JsonSchema } from './json-schema.ts';
import { wrongType } from './scalars.ts';

/** One alternative of a union, and how the value breaks it. */
export interface Branch {
  readonly schema: JsonSchema;
  readonly issues: readonly ValidationIssue[];
}

interface Place {
  readonly loc: Location;
  readonly context: ExplainContext;
}

/**
 * Explains a value that fits none of a union's branches in terms of the one branch that was meant: the branch
 * whose tag it carries, else the only one of its JSON type, else the one it comes closest to.
 */
export function* explainUnion(
  tag: string | undefined,
  branches: readonly Branch[],
  value: unknown,
  place: Place,
): Generator<ValidationIssue> {
  if (branches.some((branch) => branch.issues.length === 0)) return;
  if (tag !== undefined && isJsonObject(value)) {
    yield* explainTagged(tag, branches, value, place);
    return;
  }
  const literals = branches.flatMap(({ schema }) => ('const' in schema ? [schema.const] : []));
  if (literals.length === branches.length) {
    yield issueAt(place.loc, notPermitted(literals), value);
    return;
  }
  const meant = branches.filter(({ schema }) => fitsType(schema, value));
  const closest = meant.toSorted((a, b) => a.issues.length - b.issues.length)[0];
  if (closest) yield* closest.issues;
  else yield noBranch(branches, value, place);
}

function* explainTagged(
  tag: string,
  branches: readonly Branch[],
  value: Record<string, unknown>,
  { loc }: Place,
): Generator<ValidationIssue> {
  const tags = branches.map(({ schema }) => schema.properties?.[tag]?.const);
  const chosen = branches[tags.indexOf(value[tag])];
  if (chosen) yield* chosen.issues;
  else if (!Object.hasOwn(value, tag)) {
    yield issueAt([...loc, tag], { type: 'missing', msg: `Field required: ${choices(tags)}` }, value);
  } else yield issueAt([...loc, tag], notPermitted(tags), value[tag]);
}

/** The value has none of the union's JSON types; the first branch names the type that is meant. */
function noBranch(branches: readonly Branch[], value: unknown, { loc, context }: Place): ValidationIssue {
  const named = branches.map(({ schema }) => schema).filter(({ type }) => type !== 'null');
  const [first] = named;
  if (!first) return issueAt(loc, { type: 'none_required', msg: 'Input should be null' }, value);
  if (named.length === 1) {
    // Nullable: whoever sends neither null nor the right type meant the type.
    const problem = first.enum ? notPermitted(first.enum) : wrongType(first, value, context.fromText);
    return issueAt(loc, problem, value);
  }
  const types = [...new Set(named.map((schema) => schema.type ?? 'value'))].join(' or ');
  const { type } = wrongType(first, value, context.fromText);
  return issueAt(loc, { type, msg: `Input should be a valid ${types}` }, value);
}

function fitsType(schema: JsonSchema, value: unknown): boolean {
  return schema.anyOf?.some((inner) => fitsType(inner, value)) ?? hasType(schema, value);
}
