import { triggerViolations } from './auto-mode-violations.ts';
import { parseTargetPages } from './parse-page-range.ts';
import { PARSE_TIERS, type ParseTier } from './parse-presets.ts';
import { PARSE_VERSIONS, resolveParseVersion } from './parse-versions.ts';
import type { Violation } from './violation.ts';

type Tree = Readonly<Record<string, unknown>>;
type Path = readonly (string | number)[];

/**
 * What contract 7.2 says about `parse_v2` parameters beyond the type and bounds of each: which tier has which
 * version, which options exclude each other, and what pages may be asked for. Webhooks have rules of their own.
 * Expects parameters whose types are right; pure.
 */
export function* parseViolations(parameters: Tree): Generator<Violation> {
  const tier = PARSE_TIERS.find((known) => known === parameters['tier']);
  const processing = branch(parameters, 'processing_options');
  if (tier) {
    yield* releaseViolations(tier, parameters['version'], ['version']);
    yield* tierViolations(tier, parameters, processing);
  }
  yield* targetPagesViolations(branch(parameters, 'page_ranges')['target_pages'], [
    'page_ranges',
    'target_pages',
  ]);
  yield* cropViolations(branch(parameters, 'crop_box'), ['crop_box']);
  for (const [index, rule] of list(processing['auto_mode_configuration'])) {
    yield* autoModeViolations(rule, ['processing_options', 'auto_mode_configuration', index]);
  }
}

function* releaseViolations(tier: ParseTier, version: unknown, path: Path): Generator<Violation> {
  if (typeof version !== 'string' || resolveParseVersion(tier, version) !== undefined) return;
  const message =
    `INVALID_TIER_VERSION_COMBINATION: the tier ${tier} has no version ${version}; ` +
    `use latest or one of ${PARSE_VERSIONS[tier].join(', ')}`;
  yield { path, type: 'value_error', message, input: version };
}

function* tierViolations(tier: ParseTier, parameters: Tree, processing: Tree): Generator<Violation> {
  const refuse = (path: Path, tiers: string): Violation => ({
    path,
    type: 'value_error',
    message: `${path.join('.')} works only with ${tiers}, not with the tier ${tier}: leave it out or change the tier`,
  });
  const isGiven = (value: unknown): boolean => value !== null && value !== undefined;
  if (tier !== 'fast' && isGiven(parameters['fast_options'])) yield refuse(['fast_options'], 'the tier fast');
  if (tier === 'fast' && isGiven(parameters['agentic_options'])) {
    yield refuse(['agentic_options'], 'the tiers above fast');
  }
  if (tier === 'fast' && processing['forms'] === 'enrich') {
    yield refuse(['processing_options', 'forms'], 'the tiers above fast');
  }
  const optimizes = branch(processing, 'cost_optimizer')['enable'] === true;
  if (optimizes && tier !== 'agentic' && tier !== 'agentic_plus') {
    yield refuse(['processing_options', 'cost_optimizer', 'enable'], 'the tiers agentic and agentic_plus');
  }
}

/** Pages like `1,3,5-8`; null, blank and absent mean all. */
export function* targetPagesViolations(pages: unknown, path: Path): Generator<Violation> {
  if (typeof pages !== 'string' || pages.trim() === '') return;
  const parsed = parseTargetPages(pages);
  if (!parsed.ok) yield { path, type: 'value_error', message: parsed.detail, input: pages };
}

function* cropViolations(box: Tree, path: Path): Generator<Violation> {
  for (const [near, far] of [
    ['top', 'bottom'],
    ['left', 'right'],
  ] as const) {
    const [from, to] = [box[near] ?? 0, box[far] ?? 1] as [number, number];
    if (to > from) continue;
    const message = `nothing is left of the page: ${far} (${to}) must be greater than ${near} (${from}); both are positions`;
    yield { path: [...path, far], type: 'value_error', message };
  }
}

function* autoModeViolations(rule: Tree, path: Path): Generator<Violation> {
  const { trigger_mode: mode } = rule;
  if (typeof mode === 'string' && mode !== 'and' && mode !== 'or') {
    const message = "trigger_mode must be 'and' or 'or'";
    yield { path: [...path, 'trigger_mode'], type: 'enum', message, input: mode };
  }
  const parsing = branch(rule, 'parsing_conf');
  const inside = [...path, 'parsing_conf'];
  const tier = PARSE_TIERS.find((known) => known === parsing['tier']);
  const version = parsing['version'] ?? undefined;
  if ((tier === undefined) !== (version === undefined)) {
    const absent = tier === undefined ? 'tier' : 'version';
    yield {
      path: [...inside, absent],
      type: 'missing',
      message: 'Field required: tier and version go together',
    };
  }
  if (tier) yield* releaseViolations(tier, version, [...inside, 'version']);
  yield* cropViolations(branch(parsing, 'crop_box'), [...inside, 'crop_box']);
  yield* triggerViolations(rule, path);
}

function branch(tree: Tree, key: string): Tree {
  const value = tree[key];
  return typeof value === 'object' && value !== null ? (value as Tree) : {};
}

function list(value: unknown): [number, Tree][] {
  return Array.isArray(value) ? [...(value as Tree[]).entries()] : [];
}
