/**
 * A checked `data_schema`: JSON Schema in a form that needs no further questions. References are replaced by what
 * they refer to, a value that may be null is always written as `anyOf` with null, every object names its properties
 * and every node its type. What bounds values (`format`, `pattern`, `minimum`, …) is typed where it is well formed;
 * keywords without effect on extraction (`default`, `examples`, …) stay as given.
 */
export type DataSchema = ObjectSchema;

/** What a reader, or a model, is told about a field. */
interface Described {
  readonly title?: string;
  readonly description?: string;
}

export interface ObjectSchema extends Described {
  readonly type: 'object';
  readonly properties: Readonly<Record<string, FieldSchema>>;
  /** Names of properties, each once; the others may be left out of the data. */
  readonly required: readonly string[];
}

export interface ArraySchema extends Described {
  readonly type: 'array';
  readonly items: FieldSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
}

export const SCALAR_TYPES = ['string', 'number', 'integer', 'boolean'] as const;
export type ScalarType = (typeof SCALAR_TYPES)[number];
export type ScalarValue = string | number | boolean;

export interface ScalarSchema extends Described {
  readonly type: ScalarType;
  /** The only values there can be; each is of the type. */
  readonly enum?: readonly ScalarValue[];
  /** Of strings: `date`, `email`, `uri`, …; names that extraction does not know are not checked. */
  readonly format?: string;
  /** Of strings: a regular expression that is searched for, as JSON Schema has it. */
  readonly pattern?: string;
  readonly minLength?: number;
  readonly maxLength?: number;
  /** Of numbers, as are the next four. */
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly multipleOf?: number;
}

export type ValueSchema = ObjectSchema | ArraySchema | ScalarSchema;

/** A value that may also be null. */
export interface NullableSchema extends Described {
  readonly anyOf: readonly [ValueSchema, { readonly type: 'null' }];
}

export type FieldSchema = ValueSchema | NullableSchema;
