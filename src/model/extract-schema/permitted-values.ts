import type { ScalarType, ScalarValue } from './data-schema.ts';
import type { Path, Tree, Walk } from './walk.ts';

/** The values that `enum` or `const` permit, null among them; undefined when a node names none. */
export function permittedValues(
  node: Tree,
  path: Path,
  walk: Walk,
): readonly (ScalarValue | null)[] | undefined {
  if (Object.hasOwn(node, 'const')) return checkValues([node['const']], () => [...path, 'const'], walk);
  const values = node['enum'];
  if (values === undefined) return undefined;
  if (!Array.isArray(values) || values.length === 0) {
    return walk.report([...path, 'enum'], 'value_error', 'enum must be a list of at least one value');
  }
  return checkValues(values as unknown[], (index) => [...path, 'enum', index], walk);
}

function checkValues(
  values: readonly unknown[],
  placeOf: (index: number) => Path,
  walk: Walk,
): readonly (ScalarValue | null)[] {
  return values.filter((value, index): value is ScalarValue | null => {
    if (typeof value === 'string') walk.countText(value);
    if (value === null || ['string', 'number', 'boolean'].includes(typeof value)) return true;
    walk.report(
      placeOf(index),
      'value_error',
      'a permitted value must be a string, a number, a boolean or null',
    );
    return false;
  });
}

/** The type of values that come without one: undefined when they are of several. */
export function commonType(values: readonly ScalarValue[]): ScalarType | undefined {
  if (values.length === 0) return undefined;
  const types: readonly ScalarType[] = ['string', 'boolean', 'integer', 'number'];
  return types.find((type) => values.every((value) => isOfType(type, value)));
}

export function isOfType(type: ScalarType, value: ScalarValue): boolean {
  return type === 'integer' ? Number.isInteger(value) : typeof value === type;
}
