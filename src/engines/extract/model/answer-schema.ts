import type { FieldSchema, ObjectSchema, ScalarSchema } from '../../../model/extract-schema/data-schema.ts';
import { describe, valueSchema } from '../fields/field-spec.ts';

type Tree = Readonly<Record<string, unknown>>;

/**
 * The schema that an answer is held to, in the form that strict modes ask for: every property required and no others,
 * scalars null where the document does not say them. Bounds of values go into the descriptions, because endpoints differ
 * in which of them they take; they are checked when the answer is there.
 */
export function answerSchema(schema: ObjectSchema): Tree {
  return objectOf(schema, describe(schema));
}

function fieldOf(field: FieldSchema): Tree {
  const value = valueSchema(field);
  const about = describe(field);
  switch (value.type) {
    case 'object':
      return objectOf(value, about);
    case 'array':
      return { type: 'array', ...told(about), items: itemOf(value.items) };
    default:
      return {
        ...told(about, boundsInWords(value)),
        anyOf: [scalarOf(value), { type: 'null' }],
      };
  }
}

/** What stands in a list is there: it is not null. */
function itemOf(field: FieldSchema): Tree {
  const value = valueSchema(field);
  if (value.type === 'object' || value.type === 'array') return fieldOf(field);
  return { ...scalarOf(value), ...told(describe(field), boundsInWords(value)) };
}

function objectOf({ properties }: ObjectSchema, about: About): Tree {
  return {
    type: 'object',
    ...told(about),
    properties: Object.fromEntries(Object.entries(properties).map(([name, field]) => [name, fieldOf(field)])),
    required: Object.keys(properties),
    additionalProperties: false,
  };
}

function scalarOf({ type, enum: permitted }: ScalarSchema): Tree {
  return { type, ...(permitted && { enum: permitted }) };
}

type About = ReturnType<typeof describe>;

function told({ title, description }: About, bounds: readonly string[] = []): Tree {
  const words = [title, description, ...bounds].filter((one) => one !== undefined && one.trim() !== '');
  return words.length > 0 ? { description: words.join('. ').replaceAll('..', '.') } : {};
}

const FORMATS: Readonly<Record<string, string>> = {
  date: 'As YYYY-MM-DD',
  'date-time': 'As YYYY-MM-DDThh:mm:ssZ, or with an offset instead of Z',
  email: 'An e-mail address',
  uri: 'An absolute URI',
};

function boundsInWords(schema: ScalarSchema): string[] {
  const { format, pattern, minLength, maxLength, minimum, maximum, multipleOf } = schema;
  const { exclusiveMinimum, exclusiveMaximum } = schema;
  const bound = (words: string, value: string | number | undefined): string[] =>
    value === undefined ? [] : [`${words} ${value}`];
  return [
    ...(format === undefined ? [] : [FORMATS[format] ?? `Format: ${format}`]),
    ...bound('Matches the regular expression', pattern),
    ...bound('Least characters:', minLength),
    ...bound('Most characters:', maxLength),
    ...bound('At least', minimum),
    ...bound('At most', maximum),
    ...bound('More than', exclusiveMinimum),
    ...bound('Less than', exclusiveMaximum),
    ...bound('A multiple of', multipleOf),
  ];
}
