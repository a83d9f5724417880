import { notFound, SheafError, validationError } from '../errors.ts';
import type { DataSchema } from '../model/extract-schema/data-schema.ts';
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
 * Proposes a schema: the given fields, then those that a model makes of the prompt, or without one those that the document
 * shows. Where the model fails, a document is proposed from as without one.
 * @throws INVALID_REQUEST for a prompt alone without a model, and for a document that cannot be read or shows no fields;
 * NOT_FOUND for an unknown file; UNAVAILABLE when the document is not parsed in time, or the model fails and there is no
 * document; a 422 for a wrong schema, or for no wish at all
 */
export async function generateSchema(
  services: Services,
  request: CreateRequest,
  wish: SchemaWish,
): Promise<ProposedConfiguration> {
  const started = performance.now();
  const { name, prompt, fileId, dataSchema } = wish;
  const asksModel = services.schemaAuthor !== undefined && prompt !== null && prompt.trim() !== '';
  if (fileId === null && dataSchema === null && !asksModel) refuseWords(prompt);
  const given = dataSchema === null ? undefined : validateDataSchema(dataSchema);
  const parsed = fileId === null ? undefined : await parseOf(services, request, fileId);
  const written = asksModel ? await writeSchema(services, { prompt, given, parsed }, started) : undefined;
  const found = written ?? (parsed ? proposeFields(await readItems(services, parsed)) : {});
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

/** What a model may take after the request has come in. */
const MODEL_PATIENCE_MS = 55_000;
const LEAST_PATIENCE_MS = 10_000;

/** Fields that a model makes of the prompt; undefined where it fails and the document can be proposed from without it. */
async function writeSchema(
  services: Services,
  wish: {
    readonly prompt: string;
    readonly given: DataSchema | undefined;
    readonly parsed: ParseJobView | undefined;
  },
  started: number,
): Promise<Tree | undefined> {
  const { prompt, given, parsed } = wish;
  const documentText = parsed ? await readText(services, parsed) : undefined;
  const draft = { prompt, ...(given && { given }), ...(documentText !== undefined && { documentText }) };
  const left = Math.max(LEAST_PATIENCE_MS, MODEL_PATIENCE_MS - (performance.now() - started));
  const answer = await services.schemaAuthor?.write(draft, AbortSignal.timeout(left));
  if (answer?.ok === true) return answer.schema.properties;
  const reason = answer?.reason ?? '';
  services.logger.warn({ reason }, 'a model wrote no schema');
  if (parsed) return undefined;
  const message = `prompt: no schema was made of it. ${reason} Ask again, or pass file_id for a document of the kind`;
  throw new SheafError('UNAVAILABLE', message, { retryAfterSeconds: 10 });
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

async function readItems(services: Services, parse: ParseJobView): Promise<ProposalItem[]> {
  const pages = await readPages<{ items?: ProposalItem[] }>(services, parse, 'items');
  return pages.flatMap((page) => page.items ?? []);
}

async function readText(services: Services, parse: ParseJobView): Promise<string> {
  const pages = await readPages<{ text: string }>(services, parse, 'text');
  return pages.map(({ text }) => text).join('\n\n');
}

async function readPages<Page>(
  services: Services,
  { job }: ParseJobView,
  section: 'items' | 'text',
): Promise<readonly Page[]> {
  const { result } = job;
  if (!result || result.sections[section].length > MOST_BYTES) return [];
  const chunks: Buffer[] = [];
  for await (const chunk of openSection(services, job, section) ?? []) chunks.push(chunk);
  return (JSON.parse(Buffer.concat(chunks).toString()) as { pages: Page[] }).pages;
}
