import { existsSync, readFileSync } from 'node:fs';

/** A schema of an OpenAPI description, as far as the tests read it. */
export interface Schema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly enum?: readonly unknown[];
  readonly const?: unknown;
  readonly anyOf?: readonly Schema[];
  readonly oneOf?: readonly Schema[];
  readonly discriminator?: { readonly propertyName: string };
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly additionalProperties?: boolean | Schema;
  readonly patternProperties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly items?: Schema;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly exclusiveMinimum?: number;
  readonly exclusiveMaximum?: number;
  readonly pattern?: string;
}

export interface OperationDescription {
  readonly parameters?: readonly {
    readonly name: string;
    readonly in: string;
    readonly required?: boolean;
    readonly schema: Schema;
  }[];
  readonly requestBody?: { readonly content: Readonly<Record<string, { readonly schema: Schema }>> };
  readonly responses: Readonly<
    Record<string, { readonly content?: Readonly<Record<string, { readonly schema: Schema }>> }>
  >;
}

/** An OpenAPI description: the published surface, or what a server says of itself. */
export interface Description {
  readonly paths: Readonly<Record<string, Readonly<Record<string, OperationDescription>>>>;
  readonly components: { readonly schemas: Readonly<Record<string, Schema>> };
}

/** The published surface of the hosted service; kept outside the repository. */
const SURFACE = new URL('../../../shared/contract/surface.json', import.meta.url);

/** Undefined where the file is not beside the repository. */
export function publishedSurface(): Description | undefined {
  if (!existsSync(SURFACE)) return undefined;
  const surface = JSON.parse(readFileSync(SURFACE, 'utf8')) as Description;
  const closed = CLOSED.map((name) => [
    name,
    { ...surface.components.schemas[name], additionalProperties: false },
  ]);
  const schemas = {
    ...surface.components.schemas,
    ...(Object.fromEntries(closed) as Record<string, Schema>),
  };
  return { ...surface, components: { schemas } };
}

/**
 * Options of which the surface does not say what becomes of unknown ones. Here they are refused, as those of a parse are,
 * because a misspelt option that is ignored is found out too late.
 */
const CLOSED = ['ExtractConfiguration', 'ExtractV2Parameters'];

/** A description with what it lacks taken from another one. */
export function completed(first: Description, second: Description): Description {
  const paths = { ...second.paths };
  for (const [path, operations] of Object.entries(first.paths))
    paths[path] = { ...paths[path], ...operations };
  return { paths, components: { schemas: { ...second.components.schemas, ...first.components.schemas } } };
}

/** The operation, if it is described. @param path a template: `/api/v2/batches/{batch_id}` */
export function findOperation(
  { paths }: Description,
  method: string,
  path: string,
): OperationDescription | undefined {
  return paths[path]?.[method.toLowerCase()];
}

/** The schema with its references followed and its unions flat: every form a value may have. */
export function alternatives(schema: Schema, { components }: Description): Schema[] {
  if (schema.$ref !== undefined) {
    const target = components.schemas[schema.$ref.split('/').at(-1) ?? ''];
    if (!target) throw new Error(`The description lacks ${schema.$ref}`);
    return alternatives(target, { paths: {}, components });
  }
  const union = schema.anyOf ?? schema.oneOf;
  return union ? union.flatMap((branch) => alternatives(branch, { paths: {}, components })) : [schema];
}
