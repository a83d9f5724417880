import type { DataSchema } from './extract-schema/data-schema.ts';

/** What a data schema is to be made of. */
export interface SchemaDraft {
  /** What the schema is for, in its owner's words. */
  readonly prompt: string;
  /** The text of a document of the kind. */
  readonly documentText?: string;
  /** Fields that it has already. */
  readonly given?: DataSchema;
}

export type AuthoredSchema =
  | { readonly ok: true; readonly schema: DataSchema }
  /** The reason is a sentence that may be told to whoever asked. */
  | { readonly ok: false; readonly reason: string };

/** Makes data schemas of words. Never rejects. */
export interface SchemaAuthor {
  write(draft: SchemaDraft, signal: AbortSignal): Promise<AuthoredSchema>;
}
