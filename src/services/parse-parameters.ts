import { SheafError, validationError, type ValidationIssue } from '../errors.ts';
import { jsonSizeViolations, MAX_PARAMETERS_BYTES } from '../model/json-size.ts';
import { PARSE_TIERS, type ParseTier } from '../model/parse-presets.ts';
import { parseViolations } from '../model/parse-rules.ts';
import { resolveParseVersion } from '../model/parse-versions.ts';
import { getConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { refuseViolations } from './refuse-violations.ts';
import { wishOfParameters, type WebhookWish } from './webhook-subscriptions.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Options of one parse job as the client gave them, and the saved configuration they stand on. */
export interface ParseOptionsWish {
  readonly configurationId: string | null;
  readonly options: Tree;
}

export interface ResolvedParse {
  readonly configurationId: string | null;
  /** Complete; `latest` has become the version that it means today, and webhooks stand in `webhooks`. */
  readonly parameters: Record<string, unknown>;
  /** Who is to be told: those of the saved configuration and those of the request, together (contract 10.2). */
  readonly webhooks: { readonly saved: WebhookWish; readonly given: WebhookWish };
}

/** Stands for the tier or version of the saved configuration (contract 7.2). */
const CONFIGURED = 'configured';

/**
 * The parameters a job runs with. With a saved configuration, every option that the request names, however deep,
 * goes before the saved one; what it leaves out or gives as null is as saved.
 * @throws NOT_FOUND for an unknown configuration; INVALID_REQUEST for one of another product; a 422 for a tier or
 * version that is missing or does not exist, for options that exclude each other, and for too many bytes of them
 */
export async function resolveParseParameters(
  services: Services,
  projectId: string,
  { configurationId, options }: ParseOptionsWish,
): Promise<ResolvedParse> {
  refuseViolations([...jsonSizeViolations(options, 'The options', MAX_PARAMETERS_BYTES)], ['body']);
  const saved = configurationId === null ? {} : await savedParameters(services, projectId, configurationId);
  const configured = configurationId !== null;
  const merged = merge(saved, withoutConfigured(options, configured));
  const { webhook_configuration_ids: _ids, webhook_configurations: _inline, ...parameters } = merged;
  const release = requireRelease(parameters);
  return {
    configurationId,
    parameters: { product_type: 'parse_v2', ...parameters, ...release },
    webhooks: { saved: wishOfParameters(saved), given: wishOfParameters(options) },
  };
}

async function savedParameters(services: Services, projectId: string, id: string): Promise<Tree> {
  const configuration = await getConfiguration(services, projectId, id);
  if (configuration.productType !== 'parse_v2') {
    throw new SheafError(
      'INVALID_REQUEST',
      `configuration_id ${id} is a ${configuration.productType} configuration: pass a parse_v2 configuration`,
    );
  }
  return configuration.parameters;
}

/** `configured` is no value of its own where there is a configuration; without one it is an unknown tier or version. */
function withoutConfigured(options: Tree, configured: boolean): Tree {
  if (!configured) return options;
  return Object.fromEntries(
    Object.entries(options).filter(
      ([key, value]) => !((key === 'tier' || key === 'version') && value === CONFIGURED),
    ),
  );
}

function merge(saved: Tree, given: Tree): Record<string, unknown> {
  const merged: Record<string, unknown> = { ...saved };
  for (const [key, value] of Object.entries(given)) {
    if (value === null || value === undefined) continue;
    const before = merged[key];
    merged[key] = isTree(before) && isTree(value) ? merge(before, value) : value;
  }
  return merged;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** The tier and the version's date. @throws a 422 that names what is missing or unknown, and every rule that is broken */
function requireRelease(parameters: Tree): { tier: ParseTier; version: string } {
  const { tier, version } = parameters;
  const issues = [tierIssue(tier), version === undefined ? missing('version') : undefined];
  const given = issues.filter((issue) => issue !== undefined);
  if (given.length > 0) throw validationError(...given);
  refuseViolations([...parseViolations(parameters)], ['body']);
  const release = { tier: tier as ParseTier, version: version as string };
  return { ...release, version: resolveParseVersion(release.tier, release.version) ?? release.version };
}

function tierIssue(tier: unknown): ValidationIssue | undefined {
  if (tier === undefined) return missing('tier');
  if (PARSE_TIERS.some((candidate) => candidate === tier)) return undefined;
  const expected = PARSE_TIERS.map((name) => `'${name}'`).join(', ');
  return {
    type: 'enum',
    loc: ['body', 'tier'],
    msg: `Input should be one of ${expected}`,
    input: tier,
    ctx: { expected },
  };
}

function missing(field: string): ValidationIssue {
  return { type: 'missing', loc: ['body', field], msg: 'Field required' };
}
