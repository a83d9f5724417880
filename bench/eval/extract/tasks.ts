import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { checkExtractSchema } from '../../../src/model/extract-schema/check-schema.ts';
import type { DataSchema } from '../../../src/model/extract-schema/data-schema.ts';
import { truthPath, type CorpusDocument, type Manifest } from '../manifest.ts';
import { SCHEMAS } from './schemas.ts';

/** A document, what is wanted of it, and what is right. */
export interface ExtractTask {
  readonly set: string;
  readonly path: string;
  readonly schema: DataSchema;
  readonly truth: unknown;
  /** Whether the truth tells everything: then a field that it does not have is absent from the document. */
  readonly complete: boolean;
  /** Top-level fields that the document shows; undefined: all. */
  readonly visible: ReadonlySet<string> | undefined;
  /** The text layer is not to be used. */
  readonly asScan: boolean;
  /** What it counts as when documents are split: versions of one document stay together. */
  readonly group: string;
}

/** The extraction tasks of a manifest; those whose schema Sheaf refuses come back as sentences. */
export function extractTasks(manifest: Manifest): { tasks: ExtractTask[]; refused: string[] } {
  const tasks: ExtractTask[] = [];
  const refused: string[] = [];
  for (const document of manifest.documents) {
    if (!document.kind.startsWith('extract')) continue;
    const checked = checkExtractSchema(schemaOf(manifest, document));
    if (checked.ok) tasks.push(makeTask(manifest, document, checked.schema));
    else {
      const [first] = checked.violations;
      refused.push(`${document.doc}: ${first?.path.join('.')}: ${first?.message}`);
    }
  }
  return { tasks, refused };
}

function schemaOf(manifest: Manifest, document: CorpusDocument): unknown {
  if (document.schema === undefined) return SCHEMAS[document.corpus];
  const read = JSON.parse(readFileSync(join(manifest.folder, document.schema), 'utf8')) as Record<
    string,
    unknown
  >;
  return read['schema_definition'] ?? read;
}

function makeTask(manifest: Manifest, document: CorpusDocument, schema: DataSchema): ExtractTask {
  const file = truthPath(manifest, document);
  const given: unknown = file === undefined ? document.truth_inline : JSON.parse(readFileSync(file, 'utf8'));
  const first: unknown = Array.isArray(given) ? given[0] : given;
  const wrapped = first as { truth?: unknown; visible_in_text?: Record<string, boolean> };
  const { visible_in_text: shown } = wrapped;
  const visible = shown && new Set(Object.entries(shown).flatMap(([name, seen]) => (seen ? [name] : [])));
  const truth = shown ? wrapped.truth : first;
  return {
    set: document.corpus,
    path: join(manifest.folder, document.doc),
    schema,
    truth,
    complete: document.corpus !== 'invoice2data',
    visible,
    asScan: document.kind === 'extract-ocr',
    group: document.group ?? document.doc,
  };
}
