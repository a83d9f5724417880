import type { Violation } from '../violation.ts';
import { checkField } from './check-field.ts';
import type { DataSchema } from './data-schema.ts';
import { isTree, Walk } from './walk.ts';

export type CheckedSchema =
  | { readonly ok: true; readonly schema: DataSchema }
  | { readonly ok: false; readonly violations: readonly Violation[] };

/**
 * Checks a `data_schema` against contract section 9: a root object, at most 7 levels, 5,000 properties and 120,000
 * characters, in the subset of JSON Schema that extraction follows: objects, arrays, strings, numbers, integers,
 * booleans, `enum` and `const`, `anyOf` with null, and references to its own definitions (which generators write).
 * Pure. Paths begin at the schema itself; the problems of a definition are told at the definition.
 */
export function checkExtractSchema(given: unknown): CheckedSchema {
  if (!isTree(given)) {
    return {
      ok: false,
      violations: [{ path: [], type: 'dict_type', message: 'the schema must be an object' }],
    };
  }
  const walk = new Walk(given);
  const schema = checkField(given, { path: [], level: 1, through: [], inArray: false }, walk);
  if (schema && !('properties' in schema)) {
    walk.report(
      ['type'],
      'value_error',
      'the root of the schema must be an object: put the field into its properties',
    );
  }
  if (schema && 'properties' in schema && walk.violations.length === 0) return { ok: true, schema };
  return { ok: false, violations: walk.violations };
}
