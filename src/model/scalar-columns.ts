/** Where a single value stands in extracted data: the keys down to it. */
export type ColumnPath = readonly string[];

/** A table wider than this is none; what is beyond stays in the data. */
const MAX_COLUMNS = 1_000;

/** The single values that a data schema names, in its order: fields, and fields of objects inside. Lists are left out. */
export function scalarColumns(schema: unknown): ColumnPath[] {
  return [...walk(schema, [])].slice(0, MAX_COLUMNS);
}

function* walk(schema: unknown, path: ColumnPath): Generator<ColumnPath> {
  for (const variant of variantsOf(schema)) {
    if (isList(variant)) return;
    const { properties } = variant;
    if (isObject(properties)) {
      for (const [key, inner] of Object.entries(properties)) yield* walk(inner, [...path, key]);
      return;
    }
  }
  if (path.length > 0) yield path;
}

function variantsOf(schema: unknown): Record<string, unknown>[] {
  if (!isObject(schema)) return [];
  const { anyOf } = schema;
  return [schema, ...(Array.isArray(anyOf) ? anyOf.filter(isObject) : [])];
}

function isList({ type }: Record<string, unknown>): boolean {
  return type === 'array' || (Array.isArray(type) && type.includes('array'));
}

/** The value at a path; undefined where there is none. */
export function valueAt(data: unknown, path: ColumnPath): unknown {
  return path.reduce<unknown>(
    (inner, key) => (isObject(inner) && Object.hasOwn(inner, key) ? inner[key] : undefined),
    data,
  );
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
