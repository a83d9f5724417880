/** The part of JSON Schema that our TypeBox schemas use, as plain data. */
export interface JsonSchema {
  readonly $id?: string;
  readonly $ref?: string;
  readonly $defs?: Readonly<Record<string, JsonSchema>>;
  readonly type?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly const?: unknown;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly JsonSchema[];
  readonly discriminator?: { readonly propertyName: string };
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: boolean | JsonSchema;
  readonly patternProperties?: Readonly<Record<string, JsonSchema>>;
  readonly items?: JsonSchema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly pattern?: string;
  readonly format?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
}

/** A JSON object: not null, not an array. */
export function isJsonObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** How a value came to be, and the named definitions in reach of a `$ref`. */
export interface ExplainContext {
  /** Values were read from text: a query or a path. */
  readonly fromText: boolean;
  readonly defs: Readonly<Record<string, JsonSchema>>;
}

/** The schema that a `$ref` stands for; any other schema itself. */
export function resolveRef(schema: JsonSchema, context: ExplainContext): JsonSchema | undefined {
  if (schema.$ref === undefined) return schema;
  return schema.$defs?.[schema.$ref] ?? context.defs[schema.$ref];
}

/** Whether the value is of the schema's JSON type; a schema that names none takes every type. */
export function hasType(schema: JsonSchema, value: unknown): boolean {
  switch (schema.type) {
    case undefined:
      return true;
    case 'integer':
      return Number.isInteger(value);
    case 'number':
      return typeof value === 'number' && Number.isFinite(value);
    case 'array':
      return Array.isArray(value);
    case 'object':
      return isJsonObject(value);
    case 'null':
      return value === null;
    default:
      return typeof value === schema.type;
  }
}
