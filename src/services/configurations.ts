import { notFound, SheafError } from '../errors.ts';
import { configurationViolations } from '../model/configuration-rules.ts';
import { withKeptSecrets } from '../model/configuration-secrets.ts';
import { newId } from '../model/ids.ts';
import { findPreset, PARSE_TIERS } from '../model/parse-presets.ts';
import { resolveParseVersion } from '../model/parse-versions.ts';
import {
  findConfiguration,
  listConfigurations,
  lockConfiguration,
  lockNamedConfiguration,
  removeConfiguration,
  updateConfiguration,
  upsertConfiguration,
} from '../store/configurations.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { toPage, toPageRequest, type Page, type PageQuery } from './paging.ts';
import { refuseViolations } from './refuse-violations.ts';
import { resolveSubscriptions, wishOfParameters } from './webhook-subscriptions.ts';

/** A saved configuration, or a built-in preset. */
export interface ProductConfiguration {
  readonly id: string;
  readonly name: string;
  readonly productType: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** Changes with each change of the parameters. */
  readonly version: Date;
  readonly createdAt: Date | null;
  readonly updatedAt: Date | null;
}

/** Presets are as old as the program; their version never changes. */
const PRESET_VERSION = new Date(0);

/**
 * Saves a configuration; one of the same product and name is overwritten (contract section 7) and keeps its id. The
 * version changes only when the parameters do, so that a repeated create changes nothing. Secrets that are not given
 * again stay (see {@link withKeptSecrets}).
 * @throws INVALID_REQUEST for the name of a built-in one; a 422 for parameters that break the product's rules;
 * NOT_FOUND for a parse or webhook configuration that they name and that is not there
 */
export async function saveConfiguration(
  services: Services,
  projectId: string,
  configuration: { name: string; productType: string; parameters: Record<string, unknown> },
): Promise<ProductConfiguration> {
  refusePresetName(configuration.name);
  checkParameters(configuration.productType, configuration.parameters);
  await checkReferences(services, projectId, configuration.productType, configuration.parameters);
  return inTransaction(services.db, async (tx) => {
    const before = await lockNamedConfiguration(tx, { projectId, ...configuration });
    const parameters = withKeptSecrets(configuration.parameters, before?.parameters ?? {});
    const id = newId('configuration');
    return fromRow(await upsertConfiguration(tx, { id, projectId, ...configuration, parameters }));
  });
}

/**
 * Changes a saved configuration; what is not given stays, secrets in the parameters included. Batches that were made with it keep what they were made with.
 * @throws NOT_FOUND; INVALID_REQUEST for a built-in one or another product; CONFLICT for a name that is taken; a 422
 * for parameters that break the product's rules
 */
export async function changeConfiguration(
  services: Services,
  projectId: string,
  id: string,
  change: {
    readonly name?: string | null | undefined;
    readonly parameters?: (Record<string, unknown> & { readonly product_type: string }) | null | undefined;
  },
): Promise<ProductConfiguration> {
  const current = await getConfiguration(services, projectId, id);
  refusePreset(id);
  const { name, parameters } = change;
  if (name) refusePresetName(name);
  if (parameters && parameters.product_type !== current.productType) {
    throw new SheafError(
      'INVALID_REQUEST',
      `parameters.product_type: a configuration stays with its product, ${current.productType}; save a new one instead`,
    );
  }
  if (parameters) {
    checkParameters(current.productType, parameters);
    await checkReferences(services, projectId, current.productType, parameters);
  }
  const row = await inTransaction(services.db, async (tx) => {
    const before = await lockConfiguration(tx, projectId, id);
    if (!before) return undefined;
    return updateConfiguration(tx, projectId, id, {
      ...(name && { name }),
      ...(parameters && { parameters: withKeptSecrets(parameters, before.parameters) }),
    });
  }).catch((error: unknown) => {
    if ((error as { code?: string }).code !== UNIQUE_VIOLATION) throw error;
    throw new SheafError('CONFLICT', `The name ${JSON.stringify(name)} is taken by another configuration`);
  });
  if (!row) throw notFound('Configuration');
  return fromRow(row);
}

const UNIQUE_VIOLATION = '23505';

/** Deletes a saved configuration. Batches that were made with it go on. @throws NOT_FOUND; INVALID_REQUEST for a built-in one */
export async function deleteConfiguration(services: Services, projectId: string, id: string): Promise<void> {
  refusePreset(id);
  if (!(await removeConfiguration(services.db, projectId, id))) throw notFound('Configuration');
}

function refusePreset(id: string): void {
  if (!findPreset(id)) return;
  throw new SheafError('INVALID_REQUEST', `${id} is built in and can be neither changed nor deleted`);
}

function refusePresetName(name: string): void {
  if (!findPreset(`cfg-${name}`)) return;
  throw new SheafError(
    'INVALID_REQUEST',
    `The name ${name} belongs to a built-in configuration: choose another one`,
  );
}

/** Checks a configuration's parameters against the rules of its product. @throws a 422 that names every place at fault */
function checkParameters(productType: string, parameters: Readonly<Record<string, unknown>>): void {
  refuseViolations(configurationViolations(productType, parameters), ['body', 'parameters']);
}

/**
 * Checks what parameters refer to: webhooks, and the parse configuration that an extraction stands on. Each may be
 * deleted later; whoever uses the configuration then copes with that.
 * @throws NOT_FOUND for what is not there; INVALID_REQUEST for a configuration of another product; a 422 for an
 * endpoint that cannot be called
 */
async function checkReferences(
  services: Services,
  projectId: string,
  productType: string,
  parameters: Readonly<Record<string, unknown>>,
): Promise<void> {
  if (productType === 'parse_v2' || productType === 'extract_v2') {
    await resolveSubscriptions(services, projectId, wishOfParameters(parameters), ['body', 'parameters']);
  }
  const { parse_config_id: id } = parameters;
  if (productType !== 'extract_v2' || typeof id !== 'string') return;
  const found = await getConfiguration(services, projectId, id);
  if (found.productType === 'parse_v2') return;
  throw new SheafError(
    'INVALID_REQUEST',
    `parameters.parse_config_id: ${id} is a ${found.productType} configuration; pass a parse_v2 configuration`,
  );
}

/** A configuration's parameters as a job keeps them: `latest` becomes the version that it means today. */
export function resolveParameters(configuration: ProductConfiguration): Record<string, unknown> {
  const { tier, version } = configuration.parameters;
  const known = PARSE_TIERS.find((candidate) => candidate === tier);
  const resolved = known && typeof version === 'string' ? resolveParseVersion(known, version) : undefined;
  return { ...configuration.parameters, ...(resolved !== undefined && { version: resolved }) };
}

/** A configuration by its id, built-in ones included. @throws NOT_FOUND */
export async function getConfiguration(
  services: Services,
  projectId: string,
  id: string,
): Promise<ProductConfiguration> {
  const preset = findPreset(id);
  if (preset) return { ...preset, version: PRESET_VERSION, createdAt: null, updatedAt: null };
  const row = await findConfiguration(services.db, projectId, id);
  if (!row) throw notFound('Configuration');
  return fromRow(row);
}

/** The project's saved configurations; built-in ones are not listed. */
export async function listSavedConfigurations(
  services: Services,
  projectId: string,
  query: PageQuery & {
    readonly productTypes?: readonly string[] | undefined;
    readonly name?: string | undefined;
  },
): Promise<Page<ProductConfiguration>> {
  const filter = {
    projectId,
    ...(query.productTypes !== undefined && { productTypes: query.productTypes }),
    ...(query.name !== undefined && { name: query.name }),
  };
  const tokenFilters = { list: 'configurations', ...filter };
  const rows = await listConfigurations(services.db, filter, toPageRequest(services, query, tokenFilters));
  const page = toPage(services, rows, tokenFilters);
  return { ...page, items: page.items.map(fromRow) };
}

function fromRow(row: NonNullable<Awaited<ReturnType<typeof findConfiguration>>>): ProductConfiguration {
  return {
    id: row.id,
    name: row.name,
    productType: row.product_type,
    parameters: row.parameters,
    version: row.version,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
  };
}
