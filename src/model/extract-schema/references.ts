import { isTree, type Path, type Tree, type Walk } from './walk.ts';

/** A node after its references were followed. */
export interface Resolved {
  readonly keywords: Tree;
  /** Where the keywords stand: at the definition, for one that was referred to. */
  readonly path: Path;
  /** References that led here, to tell a schema that contains itself. */
  readonly through: readonly string[];
}

const LOCAL = /^#\/(\$defs|definitions)\/([^/]+)$/;

/**
 * Follows `$ref` to the schema's own definitions, and `allOf` with a single entry, which generators write to put a
 * description beside a reference. What stands beside either wins.
 * @returns undefined when that is not possible; the walk says why
 */
export function resolveReferences(
  node: Tree,
  path: Path,
  through: readonly string[],
  walk: Walk,
): Resolved | undefined {
  const { $ref, allOf, ...beside } = node;
  if ($ref === undefined && allOf === undefined) return { keywords: node, path, through };
  if ($ref !== undefined && allOf !== undefined) {
    return walk.report([...path, 'allOf'], 'value_error', 'allOf cannot stand beside $ref');
  }
  const target = $ref === undefined ? onlyEntry(allOf, path, walk) : definition($ref, path, through, walk);
  if (!target) return undefined;
  const inner = resolveReferences(target.node, target.path, [...through, ...target.names], walk);
  return inner && { ...inner, keywords: { ...inner.keywords, ...beside } };
}

interface Target {
  readonly node: Tree;
  readonly path: Path;
  readonly names: readonly string[];
}

function onlyEntry(allOf: unknown, path: Path, walk: Walk): Target | undefined {
  const place = [...path, 'allOf'];
  const [only, ...more] = Array.isArray(allOf) ? (allOf as unknown[]) : [];
  if (!isTree(only) || more.length > 0) {
    return walk.report(
      place,
      'value_error',
      'allOf must hold exactly one schema: write the fields out instead',
    );
  }
  return { node: only, path: [...place, 0], names: [] };
}

function definition(ref: unknown, path: Path, through: readonly string[], walk: Walk): Target | undefined {
  const place = [...path, '$ref'];
  const match = typeof ref === 'string' ? LOCAL.exec(ref) : null;
  const [, group = '', encoded = ''] = match ?? [];
  const name = decodePointer(encoded);
  const definitions = match ? walk.root[group] : undefined;
  if (!isTree(definitions) || !Object.hasOwn(definitions, name)) {
    return walk.report(
      place,
      'value_error',
      '$ref must name a definition of this schema, like #/$defs/Address',
      ref,
    );
  }
  const key = `${group}/${name}`;
  if (through.includes(key)) {
    return walk.report(place, 'value_error', `${name} contains itself: the data has no end`, ref);
  }
  const node = definitions[name];
  if (!isTree(node)) return walk.report([group, name], 'dict_type', NOT_A_SCHEMA);
  return { node, path: [group, name], names: [key] };
}

/** What is said of anything but an object where a schema belongs. */
export const NOT_A_SCHEMA = 'a schema must be an object, for example {"type": "string"}';

/** `~1` is a slash and `~0` a tilde in a JSON pointer, which in a `$ref` may also be percent-encoded. */
function decodePointer(encoded: string): string {
  let name = encoded;
  try {
    name = decodeURIComponent(encoded);
  } catch {
    // A lone percent sign is meant as it is.
  }
  return name.replaceAll('~1', '/').replaceAll('~0', '~');
}
