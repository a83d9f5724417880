import { writeExtractPack } from '../../src/engines/extract/extract-pack.ts';
import type { ExtractEngine, ExtractOutcome, ExtractRequest } from '../../src/engines/extract/port.ts';

/** What the engine is to do with one document. */
type Script = (request: ExtractRequest, signal: AbortSignal) => ExtractOutcome | Promise<ExtractOutcome>;

/** An extract engine that does what the test says and writes real results. */
export interface ScriptedExtraction extends ExtractEngine {
  /** Replaces the script for extractions that begin from now on. */
  follow(script: Script): void;
  /** What was asked of it, in order. */
  readonly requests: readonly ExtractRequest[];
}

export function createScriptedExtraction(
  first: Script = (request) => succeedExtracting(request),
): ScriptedExtraction {
  let script = first;
  const requests: ExtractRequest[] = [];
  return {
    name: 'scripted',
    version: '1.0.0',
    requests,
    follow: (next) => (script = next),
    async extract(request, signal) {
      requests.push(request);
      return script(request, signal);
    },
  };
}

/** The document has this data; by default, every field of its schema is the document's name. */
export function succeedExtracting(request: ExtractRequest, data?: unknown): ExtractOutcome {
  const names = Object.keys(request.schema.properties);
  const object = data ?? Object.fromEntries(names.map((name) => [name, request.fileName]));
  const metadata = {
    document_metadata: Object.fromEntries(names.map((name) => [name, { found_by: 'rules' }])),
  };
  return {
    kind: 'success',
    ...writeExtractPack(request.outputDir, { data: object, field_metadata: metadata }),
    summary: {
      engine: { name: 'scripted', version: '1.0.0' },
      pages: 1,
      seconds: 0.01,
      fields: { rules: names.length, model: 0, none: 0 },
      optionsNotApplied: [],
      warnings: [],
    },
  };
}
