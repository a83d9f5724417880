import { isJsonObject, type JsonSchema } from '../../src/http/validation/json-schema.ts';

/** Schemas by name, to resolve `#/components/schemas/…` with. */
export type Components = Readonly<Record<string, unknown>>;

interface Side {
  readonly schema: JsonSchema;
  readonly components: Components;
}

const BOUNDS = [
  'minimum',
  'maximum',
  'exclusiveMinimum',
  'exclusiveMaximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'pattern',
] as const;

/**
 * Where our schema is not the published one, one line per difference: types, permitted values, bounds, fields
 * that we lack and fields that are required on one side only. Fields that we add are no difference.
 */
export function differences(ours: Side, theirs: Side, path: string, seen = new Set<string>()): string[] {
  const a = expanded(ours);
  const b = expanded(theirs);
  const pair = `${a.names} = ${b.names}`;
  if (a.names !== '' && seen.has(pair)) return [];
  const visited = new Set(seen).add(pair);
  return [
    ...setDifference(a.types, b.types, `${path} types`),
    ...setDifference(a.values, b.values, `${path} values`),
    ...boundDifferences(a.branches, b.branches, path),
    ...fieldDifferences(a, b, path, visited, { ours, theirs }),
    ...itemDifferences(a, b, path, visited, { ours, theirs }),
  ];
}

interface Expanded {
  readonly names: string;
  readonly branches: readonly JsonSchema[];
  readonly types: ReadonlySet<string>;
  readonly values: ReadonlySet<string>;
  readonly objects: readonly JsonSchema[];
}

/** A schema as its alternatives, with references followed and unions flattened. */
function expanded({ schema, components }: Side): Expanded {
  const names: string[] = [];
  const branches = flatten(schema, components, names);
  // An open text beside a list of known ones is an open text (`anyOf: [enum, string]`).
  const openText = branches.some((branch) => branch.type === 'string' && !valuesOf(branch).length);
  const values = branches.flatMap((branch) => (openText && branch.type === 'string' ? [] : valuesOf(branch)));
  const types = branches.flatMap((branch) => (branch.type === undefined ? [] : [branch.type]));
  return {
    names: names.join(),
    branches,
    // Every integer is a number: `integer | number` is `number`.
    types: new Set(types.filter((type) => !(type === 'integer' && types.includes('number')))),
    values: new Set(values),
    objects: branches.filter((branch) => branch.properties),
  };
}

function flatten(schema: JsonSchema, components: Components, names: string[]): JsonSchema[] {
  if (schema.$ref !== undefined) {
    const name = schema.$ref.split('/').at(-1) ?? '';
    names.push(name);
    const target = components[name];
    return isJsonObject(target) ? flatten(target, components, names) : [];
  }
  const union = schema.anyOf ?? ('oneOf' in schema ? (schema.oneOf as readonly JsonSchema[]) : undefined);
  return union ? union.flatMap((branch) => flatten(branch, components, names)) : [schema];
}

function valuesOf(schema: JsonSchema): string[] {
  const values = 'const' in schema ? [schema.const] : (schema.enum ?? []);
  return values.map((value) => JSON.stringify(value));
}

function setDifference(ours: ReadonlySet<string>, theirs: ReadonlySet<string>, path: string): string[] {
  const missing = [...theirs].filter((value) => !ours.has(value));
  const extra = [...ours].filter((value) => !theirs.has(value));
  return [
    ...(missing.length > 0 ? [`${path}: we lack ${missing.join(', ')}`] : []),
    ...(extra.length > 0 ? [`${path}: we add ${extra.join(', ')}`] : []),
  ];
}

function boundDifferences(
  ours: readonly JsonSchema[],
  theirs: readonly JsonSchema[],
  path: string,
): string[] {
  return BOUNDS.flatMap((bound) => {
    const a = ours.map((branch) => branch[bound]).find((value) => value !== undefined);
    const b = theirs.map((branch) => branch[bound]).find((value) => value !== undefined);
    return a === b ? [] : [`${path} ${bound}: ours ${String(a)}, theirs ${String(b)}`];
  });
}

function fieldDifferences(
  a: Expanded,
  b: Expanded,
  path: string,
  seen: Set<string>,
  sides: { ours: Side; theirs: Side },
): string[] {
  return b.objects.flatMap((theirs) => {
    const ours = counterpart(a.objects, theirs);
    if (!ours)
      return [`${path}: no object of ours with the tag of ${Object.keys(theirs.properties ?? {}).join()}`];
    return Object.entries(theirs.properties ?? {}).flatMap(([field, schema]) => {
      const place = `${path}.${field}`;
      const own = ours.properties?.[field];
      if (!own) return [`${place}: we lack it`];
      return [
        ...requiredDifference(ours, theirs, field, place),
        ...differences({ ...sides.ours, schema: own }, { ...sides.theirs, schema }, place, seen),
      ];
    });
  });
}

/** A tag that clients may leave out is one that a server always sends; everything else must agree. */
function requiredDifference(ours: JsonSchema, theirs: JsonSchema, field: string, place: string): string[] {
  const a = ours.required?.includes(field) === true;
  const b = theirs.required?.includes(field) === true;
  const tag = theirs.properties?.[field]?.const !== undefined;
  return a === b || (a && tag) ? [] : [`${place}: required ${a ? 'by us only' : 'by them only'}`];
}

/** The one of our objects that has the same tag (`type`, `success`, `product_type`), else the only one. */
function counterpart(ours: readonly JsonSchema[], theirs: JsonSchema): JsonSchema | undefined {
  if (ours.length === 1) return ours[0];
  return ours.find((candidate) =>
    Object.entries(theirs.properties ?? {}).some(
      ([field, { const: tag }]) => tag !== undefined && candidate.properties?.[field]?.const === tag,
    ),
  );
}

function itemDifferences(
  a: Expanded,
  b: Expanded,
  path: string,
  seen: Set<string>,
  sides: { ours: Side; theirs: Side },
): string[] {
  const items = (side: Expanded) => side.branches.find((branch) => branch.items)?.items;
  const [ours, theirs] = [items(a), items(b)];
  if (!ours || !theirs) return [];
  return differences({ ...sides.ours, schema: ours }, { ...sides.theirs, schema: theirs }, `${path}[]`, seen);
}
