import { createHash } from 'node:crypto';
import { asksForName } from './auto-mode.ts';
import { branch } from './option-tree.ts';
import { readAgenticOptions } from './agentic-options.ts';

/** Top-level parameters that change who is told, what a job is called or what it may use, but never its result. */
const WITHOUT_EFFECT: ReadonlySet<string> = new Set([
  'product_type',
  'configuration_id',
  'client_name',
  'user_metadata',
  'disable_cache',
  'webhook_configuration_ids',
  'webhook_configurations',
]);

/** Everything that a parse result depends on. */
export interface ParseInput {
  readonly projectId: string;
  /** SHA-256 of the document's bytes. */
  readonly sha256: Buffer;
  readonly sizeBytes: number;
  /** Only its ending counts, which tells types apart that content cannot; all of it where rules of the auto mode ask. */
  readonly fileName: string;
  /** Resolved `parse_v2` parameters. */
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Its version changes whenever it, or Sheaf around it, may make something else of the same document. */
  readonly engine: {
    readonly name: string;
    readonly version: string;
    /** The model that it asks for tiers that use one. */
    readonly model?: string;
  };
}

/** Equal for parses that cannot but give the same result; never equal across projects. */
export function parseCacheKey(input: ParseInput): Buffer {
  const parameters = Object.fromEntries(
    Object.entries(input.parameters).filter(([key]) => !WITHOUT_EFFECT.has(key)),
  );
  const parts = [
    input.projectId,
    input.sha256.toString('hex'),
    input.sizeBytes,
    nameThatCounts(input),
    input.engine.name,
    input.engine.version,
    ...modelParts(input),
    canonical(parameters),
  ];
  return createHash('sha256').update(JSON.stringify(parts)).digest();
}

/** A model's results are its own; tiers without one have nothing to do with it. */
function modelParts({ engine, parameters }: ParseInput): string[] {
  return engine.model !== undefined && readAgenticOptions(parameters) ? [`model ${engine.model}`] : [];
}

function nameThatCounts({ fileName, parameters }: ParseInput): string {
  const rules = branch(parameters, 'processing_options')['auto_mode_configuration'];
  if (asksForName(rules)) return fileName;
  return /\.[^./\\]*$/.exec(fileName)?.[0].toLowerCase() ?? '';
}

/** The value with its keys in order and without what is null or empty, which says nothing (contract 7.2). */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value)
    .map(([key, child]) => [key, canonical(child)] as const)
    .filter(([, child]) => child !== null && child !== undefined && !isEmptyObject(child));
  return Object.fromEntries(entries.sort(([a], [b]) => (a < b ? -1 : 1)));
}

function isEmptyObject(value: unknown): boolean {
  return typeof value === 'object' && !Array.isArray(value) && Object.keys(value as object).length === 0;
}
