import type { Violation } from '../violation.ts';

/** Contract section 9. The root object is the first level; arrays and plain values belong to the object around them. */
export const MAX_SCHEMA_LEVELS = 7;
/** Contract section 9, over the whole schema; what a reference stands for counts each time. */
export const MAX_SCHEMA_PROPERTIES = 5_000;
/** Contract section 9: names, titles, descriptions and enum values together. */
export const MAX_SCHEMA_CHARACTERS = 120_000;
/** A schema with more problems than this is not read to its end. */
const MAX_VIOLATIONS = 100;

export type Path = readonly (string | number)[];
export type Tree = Readonly<Record<string, unknown>>;

export function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** One reading of a schema: what was found so far, and how much of it there is. */
export class Walk {
  readonly root: Tree;
  readonly #found = new Map<string, Violation>();
  #properties = 0;
  #characters = 0;
  #over = false;

  constructor(root: Tree) {
    this.root = root;
  }

  /** True once there is no point in reading on. */
  get over(): boolean {
    return this.#over;
  }

  get violations(): readonly Violation[] {
    return [...this.#found.values()];
  }

  /** A definition that is used twice is read twice; its problems are told once. */
  report(path: Path, type: string, message: string, input?: unknown): undefined {
    const violation = { path, type, message, ...(input !== undefined && { input }) };
    this.#found.set(JSON.stringify([path, type]), violation);
    if (this.#found.size >= MAX_VIOLATIONS) this.#over = true;
  }

  countProperty(name: string): void {
    this.#properties += 1;
    if (this.#properties > MAX_SCHEMA_PROPERTIES) {
      this.#stop(`the schema has more than ${MAX_SCHEMA_PROPERTIES} properties; split it into several`);
    }
    this.countText(name);
  }

  countText(text: string): void {
    this.#characters += text.length;
    if (this.#characters > MAX_SCHEMA_CHARACTERS) {
      this.#stop(
        `the names, descriptions and enum values of the schema have more than ${MAX_SCHEMA_CHARACTERS} ` +
          'characters together; shorten or split it',
      );
    }
  }

  #stop(message: string): void {
    if (!this.#over) this.report([], 'too_long', message);
    this.#over = true;
  }
}
