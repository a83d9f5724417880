import { SheafError, validationError } from '../errors.ts';
import { configurationViolations } from '../model/configuration-rules.ts';
import { extractParseParameters, storedExtractParameters } from '../model/extract-parameters.ts';
import { resolveExtractVersion } from '../model/extract-versions.ts';
import type { Violation } from '../model/violation.ts';
import { getConfiguration } from './configurations.ts';
import type { Services } from './context.ts';
import { refuseViolations } from './refuse-violations.ts';

type Tree = Readonly<Record<string, unknown>>;

/** Which options an extract job is to run with: a saved configuration's, or its own. Exactly one is to be given. */
export interface ExtractOptionsWish {
  readonly configurationId: string | null;
  readonly configuration: Tree | null;
}

export interface ResolvedExtract {
  readonly configurationId: string | null;
  /** As a job stores them. */
  readonly parameters: Record<string, unknown>;
  /** The parameters of the saved configuration; they may name who is to be told. */
  readonly saved: Tree;
}

/**
 * The parameters a job runs with, fixed now: later edits of the configuration, or of the parse configuration that it
 * names, change nothing.
 * @throws NOT_FOUND for an unknown configuration; INVALID_REQUEST for one of another product; a 422 for both or none,
 * and for options that break the product's rules
 */
export async function resolveExtractOptions(
  services: Services,
  projectId: string,
  { configurationId, configuration }: ExtractOptionsWish,
): Promise<ResolvedExtract> {
  if (configurationId === null && configuration === null) {
    const msg = 'Field required: pass configuration with a data_schema, or configuration_id';
    throw validationError({ type: 'missing', loc: ['body', 'configuration'], msg });
  }
  if (configurationId !== null && configuration !== null) {
    const msg = 'configuration and configuration_id exclude each other: pass one of them';
    throw validationError({ type: 'value_error', loc: ['body', 'configuration_id'], msg });
  }
  if (configuration !== null) {
    const violations = [
      ...ownViolations(configuration),
      ...configurationViolations('extract_v2', configuration),
    ];
    refuseViolations(violations, ['body', 'configuration']);
    const parameters = await freezeExtractParameters(services, projectId, configuration);
    return { configurationId: null, parameters, saved: {} };
  }
  const found = await getConfiguration(services, projectId, configurationId ?? '');
  if (found.productType !== 'extract_v2') {
    throw new SheafError(
      'INVALID_REQUEST',
      `configuration_id ${found.id} is a ${found.productType} configuration: pass an extract_v2 configuration`,
    );
  }
  const parameters = await freezeExtractParameters(services, projectId, found.parameters);
  return { configurationId: found.id, parameters, saved: found.parameters };
}

/**
 * What a job's own configuration may not hold. Parameters of a saved one, and those that `schema/generate` answers with,
 * may be passed as they are, but for webhooks, which would tell nobody here.
 */
function* ownViolations(configuration: Tree): Generator<Violation> {
  const { product_type: product } = configuration;
  if (product !== undefined && product !== 'extract_v2') {
    const message = "product_type: Input should be 'extract_v2'; it may be left out";
    yield { path: ['product_type'], type: 'literal_error', message, input: product };
  }
  for (const key of ['webhook_configuration_ids', 'webhook_configurations']) {
    const { [key]: given } = configuration;
    if (given === undefined || given === null) continue;
    const message = `${key} belongs beside configuration, not into it`;
    yield { path: [key], type: 'extra_forbidden', message };
  }
}

/**
 * Parameters as a job stores them: with the version that it runs and the parse that it reads.
 * @param given `extract_v2` parameters that obey the product's rules
 * @throws NOT_FOUND for a parse configuration that is not there; INVALID_REQUEST for one of another product
 */
export async function freezeExtractParameters(
  services: Services,
  projectId: string,
  given: Tree,
): Promise<Record<string, unknown>> {
  const parse = extractParseParameters(given, await savedParse(services, projectId, given));
  const { version } = given;
  return storedExtractParameters(
    given,
    resolveExtractVersion(typeof version === 'string' ? version : 'latest'),
    parse,
  );
}

async function savedParse(
  services: Services,
  projectId: string,
  { parse_config_id: id }: Tree,
): Promise<Tree | undefined> {
  if (typeof id !== 'string') return undefined;
  const { productType, parameters } = await getConfiguration(services, projectId, id);
  if (productType === 'parse_v2') return parameters;
  throw new SheafError(
    'INVALID_REQUEST',
    `parse_config_id ${id} is a ${productType} configuration: pass a parse_v2 configuration`,
  );
}
