import { PARSE_TIERS, type ParseTier } from './parse-presets.ts';
import { resolveParseVersion } from './parse-versions.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Defaults of contract 7.3, in the order in which a configuration is told. */
const DEFAULTS: Tree = {
  data_schema: {},
  tier: 'cost_effective',
  version: 'latest',
  extraction_target: 'per_doc',
  cite_sources: false,
  confidence_scores: false,
  system_prompt: null,
  max_pages: null,
  target_pages: null,
  disable_cache: false,
  parse_tier: null,
  parse_config_id: null,
  spreadsheet_mode: false,
  sheet_names: null,
};

/** Every option of an extraction. */
export const EXTRACT_OPTIONS: readonly string[] = Object.keys(DEFAULTS);

/** The key under which stored parameters of an extraction keep those of the parse that it reads. */
const PARSE = 'parse_parameters';

/**
 * Parameters as a job keeps them: complete, with the version that it runs and the parse that it reads.
 * @param parse parameters of that parse, as {@link extractParseParameters} makes them
 */
export function storedExtractParameters(given: Tree, version: string, parse: Tree): Record<string, unknown> {
  return { product_type: 'extract_v2', ...toldExtractParameters(given), version, [PARSE]: parse };
}

/** The `configuration` of contract 9: what the job was asked for, with defaults filled in. */
export function toldExtractParameters(parameters: Tree): Record<string, unknown> {
  return Object.fromEntries(
    Object.entries(DEFAULTS).map(([key, fallback]) => [key, parameters[key] ?? fallback]),
  );
}

/** The same for an extraction from a parse that is there already. */
export function withGivenParse(stored: Tree, parse: Tree): Record<string, unknown> {
  return { ...stored, [PARSE]: { tier: parse['tier'] ?? null } };
}

/** Resolved `parse_v2` parameters of the parse that an extraction with these stored parameters reads. */
export function parseParametersOf(stored: Tree): Tree {
  return branch(stored, PARSE);
}

/** Whether `extract_metadata` is told without being asked for (contract 9). */
export function tellsMetadata({ cite_sources: cites, confidence_scores: scores }: Tree): boolean {
  return cites === true || scores === true;
}

/** The parse tier that an extraction names or implies (contract 7.3); null for turbo, which has none. */
function parseTierOf({ tier, parse_tier: parseTier }: Tree): ParseTier | null {
  const wanted = parseTier ?? tier ?? DEFAULTS['tier'];
  return PARSE_TIERS.find((candidate) => candidate === wanted) ?? null;
}

/**
 * Parameters of the parse that an extraction reads: the saved parse configuration's or the tier's, for the pages that
 * the extraction wants. Places of words and cells are always kept, because values are found and cited by them.
 * @param saved the parameters of `parse_config_id`, if there is one
 */
export function extractParseParameters(given: Tree, saved: Tree | undefined): Record<string, unknown> {
  // Turbo has no parse of its own to report, but the document must be read all the same.
  const tier = parseTierOf(given) ?? 'cost_effective';
  const { webhook_configuration_ids: _ids, webhook_configurations: _inline, ...base } = saved ?? {};
  const own = saved ? base : { tier, version: 'latest' };
  const ranges = pageRanges(given);
  const output = branch(own, 'output_options');
  const parameters: Tree = {
    product_type: 'parse_v2',
    ...own,
    ...(ranges && { page_ranges: ranges }),
    output_options: {
      ...output,
      additional_outputs: withValue(output['additional_outputs'], 'word_bbox'),
      granular_bboxes: withValue(output['granular_bboxes'], 'cell'),
    },
  };
  return { ...parameters, ...concreteVersion(parameters) };
}

/** Pages that the extraction wants; undefined when it leaves that to the parse. */
function pageRanges({ target_pages: target, max_pages: most, sheet_names: names }: Tree): Tree | undefined {
  // Names of sheets go before pages (contract 7.3), and are not known until the workbook is read.
  if (Array.isArray(names) && names.length > 0) return {};
  if (typeof target === 'string' && target.trim() !== '') return { target_pages: target };
  return typeof most === 'number' ? { max_pages: most } : undefined;
}

function concreteVersion({ tier, version }: Tree): { version?: string } {
  const known = PARSE_TIERS.find((candidate) => candidate === tier);
  const resolved = known && typeof version === 'string' ? resolveParseVersion(known, version) : undefined;
  return resolved === undefined ? {} : { version: resolved };
}

function withValue(list: unknown, value: string): unknown[] {
  const values: unknown[] = Array.isArray(list) ? list : [];
  return values.includes(value) ? values : [...values, value];
}

function branch(tree: Tree, key: string): Tree {
  const value = tree[key];
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Tree) : {};
}
