import {
  SCALAR_TYPES,
  type ArraySchema,
  type FieldSchema,
  type ObjectSchema,
  type ScalarSchema,
  type ScalarType,
  type ScalarValue,
  type ValueSchema,
} from './data-schema.ts';
import { checkBounds } from './bounds.ts';
import { annotations, checkKeywords, splitAnnotations } from './keywords.ts';
import { commonType, isOfType, permittedValues } from './permitted-values.ts';
import { NOT_A_SCHEMA, resolveReferences } from './references.ts';
import { isTree, MAX_SCHEMA_LEVELS, type Path, type Tree, type Walk } from './walk.ts';

/** Where a node stands. */
interface Place {
  readonly path: Path;
  /** 1 for the root. */
  readonly level: number;
  readonly through: readonly string[];
  /** Directly inside an array. */
  readonly inArray: boolean;
}

const NULL = { type: 'null' } as const;
const TYPES = ['object', 'array', ...SCALAR_TYPES, 'null'];

/** Checks one node and everything below it. @returns its normal form, or undefined when the walk has a complaint */
export function checkField(node: unknown, place: Place, walk: Walk): FieldSchema | undefined {
  if (walk.over) return undefined;
  if (!isTree(node)) return walk.report(place.path, 'dict_type', NOT_A_SCHEMA);
  const resolved = resolveReferences(node, place.path, place.through, walk);
  if (!resolved) return undefined;
  const { keywords, path, through } = resolved;
  checkKeywords(keywords, path, walk);
  const here = { ...place, path, through };
  return keywords['anyOf'] === undefined
    ? checkTyped(keywords, here, walk)
    : checkUnion(keywords, here, walk);
}

/** `anyOf` of one schema and null, or of one schema alone. */
function checkUnion(node: Tree, place: Place, walk: Walk): FieldSchema | undefined {
  const path = [...place.path, 'anyOf'];
  const branches: unknown[] = Array.isArray(node['anyOf']) ? node['anyOf'] : [];
  const [index, ...more] = [...branches.keys()].filter((at) => !isNull(branches[at]));
  if (index === undefined || more.length > 0) {
    return walk.report(path, 'value_error', 'anyOf must hold one schema and, if it may be missing, null');
  }
  const value = checkField(branches[index], { ...place, path: [...path, index] }, walk);
  if (!value) return undefined;
  const field = annotations(node);
  const nullable = branches.length > 1 || 'anyOf' in value;
  if (!nullable) return { ...value, ...field };
  const inner = 'anyOf' in value ? value.anyOf[0] : value;
  const { field: about } = 'anyOf' in value ? splitAnnotations({ ...value }) : { field: {} };
  const { field: beside, value: bounds } = splitAnnotations(field);
  if (inner.type !== 'object') checkBounds(inner.type, bounds, place.path, walk);
  return { ...about, ...beside, anyOf: [{ ...inner, ...bounds }, NULL] };
}

function isNull(branch: unknown): boolean {
  return isTree(branch) && branch['type'] === 'null';
}

function checkTyped(node: Tree, place: Place, walk: Walk): FieldSchema | undefined {
  const values = permittedValues(node, place.path, walk);
  const types = typesOf(node, values, place.path, walk);
  if (!types) return undefined;
  if (values?.includes(null) && !types.includes('null')) {
    const message =
      'null is among the permitted values, but the type does not say that the value may be null';
    return walk.report([...place.path, 'type'], 'value_error', message);
  }
  const type = types.find((name) => name !== 'null');
  const value = type === undefined ? undefined : checkValue(type, node, values, place, walk);
  if (!value || !types.includes('null')) return value;
  const { field, value: own } = splitAnnotations({ ...value });
  return { ...field, anyOf: [own as unknown as ValueSchema, NULL] };
}

/** The node's type, and perhaps `null`; said by `type`, or else by what the node has. */
function typesOf(
  node: Tree,
  values: readonly (ScalarValue | null)[] | undefined,
  path: Path,
  walk: Walk,
): readonly string[] | undefined {
  const given = node['type'] ?? impliedType(node, values);
  const place = [...path, 'type'];
  if (given === undefined) {
    return walk.report(
      place,
      'missing',
      `Field required: one of ${SCALAR_TYPES.join(', ')}, array or object`,
    );
  }
  const types: readonly unknown[] = Array.isArray(given) ? given : [given];
  const unknown = types.find((name) => !TYPES.includes(name as string));
  if (unknown !== undefined || types.length === 0) {
    return walk.report(place, 'enum', `type must be one of ${TYPES.join(', ')}`, unknown);
  }
  const named = new Set(types as string[]);
  const nullable = named.delete('null');
  if (named.size !== 1) {
    const message = 'a field must have one type besides null; describe the rest in the description';
    return walk.report(place, 'value_error', message, given);
  }
  return nullable ? [...named, 'null'] : [...named];
}

function impliedType(node: Tree, values: readonly (ScalarValue | null)[] | undefined): unknown {
  if (values) {
    const type = commonType(values.filter((value) => value !== null));
    return type !== undefined && values.includes(null) ? [type, 'null'] : type;
  }
  if (node['properties'] !== undefined) return 'object';
  return node['items'] === undefined ? undefined : 'array';
}

function checkValue(
  type: string,
  node: Tree,
  values: readonly (ScalarValue | null)[] | undefined,
  place: Place,
  walk: Walk,
): ValueSchema | undefined {
  if (type === 'object') return checkObject(node, place, walk);
  if (type === 'array') return checkArray(node, place, walk);
  return checkScalar(type as ScalarType, node, values, place, walk);
}

/** An object with its properties, each checked; the root is one. */
function checkObject(node: Tree, place: Place, walk: Walk): ObjectSchema | undefined {
  const { path, level } = place;
  if (level > MAX_SCHEMA_LEVELS) return reportDepth(path, walk);
  const { properties, additionalProperties: free } = node;
  if (!isTree(properties) || Object.keys(properties).length === 0) {
    const message = 'an object must name at least one property: nothing could be extracted into it';
    return walk.report(
      [...path, 'properties'],
      properties === undefined ? 'missing' : 'value_error',
      message,
    );
  }
  if (free !== undefined && typeof free !== 'boolean') {
    const message =
      'additionalProperties must be true or false: use an array of objects with a name and a value';
    walk.report([...path, 'additionalProperties'], 'value_error', message);
  }
  const fields: [string, FieldSchema][] = [];
  for (const [name, property] of Object.entries(properties)) {
    walk.countProperty(name);
    const inner = { ...place, path: [...path, 'properties', name], level: level + 1, inArray: false };
    const field = checkField(property, inner, walk);
    if (field) fields.push([name, field]);
    if (walk.over) return undefined;
  }
  return {
    ...annotations(node),
    type: 'object',
    properties: Object.fromEntries(fields),
    required: requiredNames(node, properties, path, walk),
    ...(free !== undefined && { additionalProperties: free }),
  };
}

/** Names that no property has mean nothing, as hand-written schemas have them; the official service takes them too. */
function requiredNames(node: Tree, properties: Tree, path: Path, walk: Walk): string[] {
  const { required = [] } = node;
  if (!Array.isArray(required)) {
    walk.report([...path, 'required'], 'list_type', 'required must be a list of property names');
    return [];
  }
  const names = (required as unknown[]).filter((name, index): name is string => {
    if (typeof name === 'string') return true;
    walk.report([...path, 'required', index], 'string_type', 'required must name properties', name);
    return false;
  });
  return [...new Set(names)].filter((name) => Object.hasOwn(properties, name));
}

function checkArray(node: Tree, place: Place, walk: Walk): ArraySchema | undefined {
  const { path } = place;
  const level = place.inArray ? place.level + 1 : place.level;
  if (level > MAX_SCHEMA_LEVELS + 1) return reportDepth(path, walk);
  const { items: given } = node;
  if (given === undefined) {
    return walk.report(
      [...path, 'items'],
      'missing',
      'Field required: the schema of the items of this array',
    );
  }
  checkBounds('array', node, path, walk);
  const items = checkField(given, { ...place, path: [...path, 'items'], level, inArray: true }, walk);
  return items && { ...annotations(node), type: 'array', items };
}

function reportDepth(path: Path, walk: Walk): undefined {
  const message = `the schema is nested deeper than ${MAX_SCHEMA_LEVELS} levels; flatten it`;
  return walk.report(path, 'value_error', message);
}

function checkScalar(
  type: ScalarType,
  node: Tree,
  values: readonly (ScalarValue | null)[] | undefined,
  { path }: Place,
  walk: Walk,
): ScalarSchema {
  const permitted = values?.filter((value) => value !== null);
  checkBounds(type, node, path, walk);
  for (const [index, value] of (values ?? []).entries()) {
    if (value === null || isOfType(type, value)) continue;
    const place = Object.hasOwn(node, 'const') ? [...path, 'const'] : [...path, 'enum', index];
    walk.report(place, 'value_error', `the permitted value is not of the type ${type}`, value);
  }
  return { ...annotations(node), type, ...(permitted && { enum: permitted }) };
}
