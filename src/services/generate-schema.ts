import { notFound, SheafError, validationError } from '../errors.ts';
import { proposeFields, type ProposalItem } from '../model/schema-proposal.ts';
import { isTerminalJobStatus } from '../model/job-states.ts';
import { lockShownFile } from '../store/directory-files.ts';
import { inTransaction } from '../store/transaction.ts';
import type { Services } from './context.ts';
import { createParseJob } from './create-parse-job.ts';
import { validateDataSchema } from './extract-schema.ts';
import { getParseJob, type ParseJobView } from './parse-jobs.ts';
import { openSection } from './parse-sections.ts';
import { pause } from './pause.ts';
import type { CreateRequest } from './twins.ts';

type Tree = Readonly<Record<string, unknown>>;

/** What a schema is to be made of; at least one of the last three. */
export interface SchemaWish {
  readonly name: string | null;
  /** What the schema is for, in words; it becomes the schema's description. */
  readonly prompt: string | null;
  /** A document of the kind: a file's id, or a directory file's. */
  readonly fileId: string | null;
  /** Fields that are to be in it, as they are. */
  readonly dataSchema: Tree | null;
}

/** A configuration's body, ready to be saved (contract section 9). */
export interface ProposedConfiguration {
  readonly name: string;
  readonly parameters: { readonly product_type: 'extract_v2'; readonly data_schema: Tree };
}

const MAX_NAME = 255;

/**
 * Proposes a schema: the given fields, then those that the document shows. Without a model no fields are made of words.
 * @throws INVALID_REQUEST for a prompt alone and for a document that cannot be read or shows no fields; NOT_FOUND for
 * an unknown file; UNAVAILABLE when the document is not parsed in time; a 422 for a wrong schema, or for no wish at all
 */
export async function generateSchema(
  services: Services,
  request: CreateRequest,
  wish: SchemaWish,
): Promise<ProposedConfiguration> {
  const { name, prompt, fileId, dataSchema } = wish;
  if (fileId === null && dataSchema === null) refuseWords(prompt);
  const given = dataSchema === null ? undefined : validateDataSchema(dataSchema);
  const parsed = fileId === null ? undefined : await parseOf(services, request, fileId);
  const found = parsed ? proposeFields(await readItems(services, parsed)) : {};
  // Given fields come first and stay as they are.
  const properties: Tree = { ...given?.properties, ...found, ...given?.properties };
  if (Object.keys(properties).length === 0) {
    const message =
      'file_id: the document shows no labels with values and no tables, so no fields can be proposed from it: ' +
      'pass data_schema';
    throw new SheafError('INVALID_REQUEST', message);
  }
  const description = prompt ?? given?.description;
  const schema = validateDataSchema({
    type: 'object',
    ...(given?.title !== undefined && { title: given.title }),
    ...(description !== undefined && { description }),
    properties,
    required: given?.required ?? [],
  });
  const fallback = parsed ? parsed.job.name.replace(/\.[^.]*$/, '') : (given?.title ?? 'Extraction');
  return {
    name: (name || fallback || 'Extraction').slice(0, MAX_NAME),
    parameters: { product_type: 'extract_v2', data_schema: { ...schema } },
  };
}

function refuseWords(prompt: string | null): never {
  if (prompt === null || prompt.trim() === '') {
    const msg =
      'Field required: pass file_id for a document of the kind, or data_schema with some of the fields';
    throw validationError({ type: 'missing', loc: ['body', 'file_id'], msg });
  }
  throw new SheafError(
    'INVALID_REQUEST',
    'prompt: making a schema of words alone needs a language model (SHEAF_MODEL_BASE_URL), which this server does ' +
      'not ask for schemas: pass file_id for a document of the kind, or data_schema with some of the fields as well',
  );
}

/** Pages of a document that fields are proposed from. */
const PAGES = 10;
/** A client waits a minute (contract 1.5); its next try finds the result of this one. */
const PATIENCE_MS = 40_000;
const POLL_MS = 1_000;

async function parseOf(services: Services, request: CreateRequest, input: string): Promise<ParseJobView> {
  const { projectId } = request.principal;
  const fileId = input.startsWith('dfl-') ? await shownFile(services, projectId, input) : input;
  const options = { tier: 'fast', version: 'latest', page_ranges: { max_pages: PAGES } };
  const wish = { configurationId: null, userMetadata: null, options };
  const { job } = await createParseJob(services, request, { fileId }, wish);
  const view = await ended(services, projectId, job.id);
  if (view.job.status === 'COMPLETED') return view;
  if (isTerminalJobStatus(view.job.status)) {
    throw new SheafError(
      'INVALID_REQUEST',
      `file_id: the document cannot be read: ${view.job.error_message ?? ''}`,
    );
  }
  throw new SheafError('UNAVAILABLE', 'The document is not parsed yet: ask again in a moment', {
    retryAfterSeconds: 5,
  });
}

async function shownFile(services: Services, projectId: string, id: string): Promise<string> {
  const shown = await inTransaction(services.db, (tx) => lockShownFile(tx, projectId, id));
  if (!shown) throw notFound('Directory file');
  return shown.fileId;
}

async function ended(services: Services, projectId: string, id: string): Promise<ParseJobView> {
  const endsAt = performance.now() + PATIENCE_MS;
  for (;;) {
    const hinted = new AbortController();
    const unsubscribe = services.hints.subscribe(() => hinted.abort());
    try {
      const view = await getParseJob(services, projectId, id);
      if (isTerminalJobStatus(view.job.status) || performance.now() >= endsAt) return view;
      await pause(POLL_MS, hinted.signal);
    } finally {
      unsubscribe();
    }
  }
}

/** Of ten pages there is hardly more than this; a document that has it anyway is read no further. */
const MOST_BYTES = 32 * 1024 * 1024;

async function readItems(services: Services, { job }: ParseJobView): Promise<ProposalItem[]> {
  const { result } = job;
  if (!result || result.sections.items.length > MOST_BYTES) return [];
  const chunks: Buffer[] = [];
  for await (const chunk of openSection(services, job, 'items') ?? []) chunks.push(chunk);
  const { pages } = JSON.parse(Buffer.concat(chunks).toString()) as { pages: { items?: ProposalItem[] }[] };
  return pages.flatMap((page) => page.items ?? []);
}
