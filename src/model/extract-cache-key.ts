import { createHash } from 'node:crypto';

/** Stored parameters that change what a job may use, but not its data. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set(['product_type', 'disable_cache']);

/** Everything that an extraction depends on. */
export interface ExtractInput {
  readonly projectId: string;
  /** What the parse is known by: the key under which its result is used again, or the result that was given. */
  readonly parse: Buffer | string;
  /** The name that the engine is told: it may say what the document is. */
  readonly fileName: string;
  /** Resolved `extract_v2` parameters, as stored; the order of the schema's fields counts, because the data has it. */
  readonly parameters: Readonly<Record<string, unknown>>;
  readonly engine: { readonly name: string; readonly version: string };
}

/** Equal for extractions that cannot but give the same data; never equal across projects, nor to a parse's key. */
export function extractCacheKey(input: ExtractInput): Buffer {
  const parameters = Object.entries(input.parameters).filter(([key]) => !WITHOUT_EFFECT.has(key));
  const parts = [
    'extract',
    input.projectId,
    typeof input.parse === 'string' ? input.parse : input.parse.toString('hex'),
    input.fileName,
    input.engine.name,
    input.engine.version,
    parameters,
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}
