import { isJsonObject, type JsonSchema } from './validation/json-schema.ts';

/** Stands in a schema for a component until the document is complete. */
const PLACEHOLDER = 'x-component';

const prefix = '#/components/schemas/';

/**
 * Takes schemas apart into named components: every schema with an `$id` is kept once under that name and
 * replaced by a mark, which {@link ComponentCollector.place} turns into a `$ref`. The detour is needed because
 * the OpenAPI generator resolves the references it meets by rules of its own.
 */
export class ComponentCollector {
  readonly #components = new Map<string, unknown>();

  /** The schema with marks for its named parts; a schema that has a name itself is nothing but a mark. */
  name(schema: JsonSchema): JsonSchema {
    return this.#mark(schema) as JsonSchema;
  }

  /** The document with its marks turned into references, and the components they refer to. */
  place<T extends object>(document: T): T & { components: { schemas: Record<string, unknown> } } {
    const placed = refer(document) as T & { components?: object };
    return { ...placed, components: { ...placed.components, schemas: this.schemas() } };
  }

  /** Every component met so far, by name; they refer to each other below `#/components/schemas/`. */
  schemas(): Record<string, unknown> {
    const byName = [...this.#components].sort(([a], [b]) => (a < b ? -1 : 1));
    return Object.fromEntries(byName.map(([name, schema]) => [name, refer(schema)]));
  }

  #mark(schema: unknown): unknown {
    if (Array.isArray(schema)) return schema.map((item) => this.#mark(item));
    if (!isJsonObject(schema)) return schema;
    const { $id, $defs, $ref, ...own } = schema;
    if (isJsonObject($defs)) for (const definition of Object.values($defs)) this.#mark(definition);
    if (typeof $ref === 'string') return { ...own, [PLACEHOLDER]: $ref };
    if (typeof $id !== 'string') return this.#markValues(own);
    if (!this.#components.has($id)) {
      // Taken before its parts are marked: a recursive schema meets itself there.
      this.#components.set($id, undefined);
      this.#components.set($id, this.#markValues(own));
    }
    return { ...described(own), [PLACEHOLDER]: $id };
  }

  #markValues(schema: Record<string, unknown>): Record<string, unknown> {
    return Object.fromEntries(Object.entries(schema).map(([key, value]) => [key, this.#mark(value)]));
  }
}

/** The generator takes the description of an answer from its schema. */
function described(schema: Record<string, unknown>): Record<string, unknown> {
  return typeof schema.description === 'string' ? { description: schema.description } : {};
}

function refer(node: unknown): unknown {
  if (Array.isArray(node)) return node.map(refer);
  if (!isJsonObject(node)) return node;
  const { [PLACEHOLDER]: name, ...rest } = node;
  if (typeof name === 'string') return { $ref: prefix + name };
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, refer(value)]));
}
