import type { FieldSchema, ObjectSchema } from '../../model/extract-schema/data-schema.ts';
import { boundsProblem } from './values/bounds.ts';

/** A place where data is not what the schema says. */
export interface DataProblem {
  readonly path: readonly (string | number)[];
  readonly message: string;
}

/** After so many the rest tells nothing new. */
const MOST_PROBLEMS = 100;

/**
 * Checks extracted data against a checked schema. Null is allowed for whatever was not found, required or not: the
 * alternative would be a value that the document does not have. Lists have no least length for the same reason.
 */
export function validateData(data: unknown, schema: ObjectSchema): readonly DataProblem[] {
  const problems: DataProblem[] = [];
  check(data, schema, [], problems);
  return problems;
}

function check(value: unknown, field: FieldSchema, path: DataProblem['path'], problems: DataProblem[]): void {
  if (value === null || problems.length >= MOST_PROBLEMS) return;
  const schema = 'anyOf' in field ? field.anyOf[0] : field;
  const report = (message: string, at = path): void => void problems.push({ path: at, message });
  switch (schema.type) {
    case 'object':
      if (typeof value !== 'object' || Array.isArray(value) || value === undefined)
        return report('must be an object');
      return checkObject(value as Readonly<Record<string, unknown>>, schema, path, problems);
    case 'array':
      if (!Array.isArray(value)) return report('must be a list');
      if (schema.maxItems !== undefined && value.length > schema.maxItems) {
        report(`must have at most ${schema.maxItems} items`);
      }
      for (const [index, item] of (value as unknown[]).entries())
        check(item, schema.items, [...path, index], problems);
      return;
    default: {
      if (!['string', 'number', 'boolean'].includes(typeof value))
        return report(`must be of type ${schema.type}`);
      const problem = boundsProblem(value as string | number | boolean, schema);
      if (problem !== undefined) report(problem);
    }
  }
}

function checkObject(
  value: Readonly<Record<string, unknown>>,
  schema: ObjectSchema,
  path: DataProblem['path'],
  problems: DataProblem[],
): void {
  for (const name of schema.required) {
    if (!Object.hasOwn(value, name)) problems.push({ path: [...path, name], message: 'is required' });
  }
  for (const [name, inner] of Object.entries(value)) {
    const field = Object.hasOwn(schema.properties, name) ? schema.properties[name] : undefined;
    if (field) check(inner, field, [...path, name], problems);
    else problems.push({ path: [...path, name], message: 'is not in the schema' });
  }
}
