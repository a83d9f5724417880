import type { Path, Tree, Walk } from './walk.ts';

/** Keywords of JSON Schema that change what data is valid and that extraction cannot follow, with what to do. */
const UNSUPPORTED: ReadonlyMap<string, string> = new Map([
  ['oneOf', 'use anyOf with null for a value that may be missing'],
  ...['not', 'if', 'then', 'else', 'dependentSchemas', 'dependentRequired', 'dependencies'].map(
    (key) => [key, 'say in the description what is meant'] as const,
  ),
  ['prefixItems', 'use an object with named properties'],
  ['contains', 'describe the items with items'],
  ['additionalItems', 'describe the items with items'],
  ['patternProperties', 'use an array of objects with a name and a value'],
  ['propertyNames', 'name the properties with properties'],
  ['unevaluatedItems', 'leave it out'],
  ['unevaluatedProperties', 'leave it out'],
  ['$dynamicRef', 'use $ref to a definition of this schema'],
  ['$recursiveRef', 'use $ref to a definition of this schema'],
]);

/** Names of keywords that are part of a node's structure and not carried over as they are. */
const STRUCTURE: ReadonlySet<string> = new Set(
  'type properties required items enum const anyOf additionalProperties $defs definitions $schema $id $comment'.split(
    ' ',
  ),
);

/** Keywords that tell about the field rather than about its value: with a nullable value they stand outside. */
const ABOUT_THE_FIELD = new Set(['title', 'description', 'default', 'examples', 'deprecated']);

/** Reports what a node must not have, and counts its words. */
export function checkKeywords(node: Tree, path: Path, walk: Walk): void {
  for (const [key, mend] of UNSUPPORTED) {
    if (Object.hasOwn(node, key)) {
      walk.report([...path, key], 'value_error', `${key} is not supported: ${mend}`);
    }
  }
  for (const key of ['title', 'description']) {
    const text = node[key];
    if (typeof text === 'string') walk.countText(text);
    else if (text !== undefined) walk.report([...path, key], 'string_type', `${key} must be a string`);
  }
}

/** What a node carries beside its structure. */
export function annotations(node: Tree): Record<string, unknown> {
  return Object.fromEntries(Object.entries(node).filter(([key]) => !STRUCTURE.has(key)));
}

/** The same, apart: what tells about the field, and what about the value in it. */
export function splitAnnotations(node: Tree): { field: Tree; value: Tree } {
  const entries = Object.entries(node);
  return {
    field: Object.fromEntries(entries.filter(([key]) => ABOUT_THE_FIELD.has(key))),
    value: Object.fromEntries(entries.filter(([key]) => !ABOUT_THE_FIELD.has(key))),
  };
}
