import { resolve } from 'node:path';
import type { Logger } from '../../../logger.ts';
import { programVersion } from '../../../version.ts';
import { type ExtractEngineChoice, modelPartOf, type ModelUse } from '../../extract/model/model-use.ts';
import type { ExtractEngine, ExtractOutcome, ExtractRequest } from '../../extract/port.ts';
import type { ModelTerms } from '../../model/port.ts';
import type { ChildPool } from './child-pool.ts';
import { faultError, runTask } from './run-task.ts';

/** Seconds an extraction may take, and what each page that is looked at adds. */
const BASE_SECONDS = 120;
const SECONDS_PER_PAGE = 2;

export interface LocalExtractionOptions {
  /** The processes that parse as well: one limit holds for both. */
  readonly pool: ChildPool;
  readonly memoryLimitBytes: number;
  readonly logger: Logger;
  /** Absent: the rules work alone, whatever `use` says. */
  readonly model?: ModelTerms;
  readonly use: ExtractionUse;
}

/** How extraction uses the model. */
export interface ExtractionUse {
  readonly engine: ExtractEngineChoice;
  /** Tokens that a question to the model and its answer may have together. */
  readonly contextTokens: number;
}

/** Extracts on this machine, in the supervised processes that documents are parsed in. */
export function createLocalExtraction(options: LocalExtractionOptions): ExtractEngine {
  return new LocalExtraction(options);
}

class LocalExtraction implements ExtractEngine {
  readonly name = 'local';
  readonly version: string;
  readonly #options: LocalExtractionOptions;

  constructor(options: LocalExtractionOptions) {
    this.#options = options;
    this.version = `${programVersion()}+${resultsOf(options)}`;
  }

  async extract(request: ExtractRequest, signal: AbortSignal): Promise<ExtractOutcome> {
    const { pool, memoryLimitBytes, logger } = this.#options;
    const { source } = request;
    const task = {
      ...request,
      source: { ...source, packPath: resolve(source.packPath) },
      outputDir: resolve(request.outputDir),
      ...this.#modelUse(request),
    };
    const limits = {
      memoryLimitBytes,
      deadlineMs: (pages: number) => (BASE_SECONDS + SECONDS_PER_PAGE * pages) * 1000,
    };
    const end = await runTask(pool, { type: 'extract', task }, limits, { signal, logger });
    switch (end.kind) {
      case 'done':
        return end.outcome;
      case 'cancelled':
        return { kind: 'cancelled' };
      case 'fault':
        throw faultError('The extraction could not work', end);
      case 'timeout':
        return { kind: 'failure', code: 'TIMEOUT', message: timeoutMessage(end.seconds) };
      case 'memory':
        return { kind: 'failure', code: 'MEMORY_LIMIT_EXCEEDED', message: memoryMessage(memoryLimitBytes) };
      case 'crash':
        return { kind: 'failure', code: 'ENGINE_CRASHED', message: crashMessage(end.detail) };
    }
  }

  #modelUse({ parameters }: ExtractRequest): { readonly model?: ModelUse } {
    const { model, use } = this.#options;
    if (!model || use.engine === 'rules') return {};
    const { name, concurrency } = model;
    const part = modelPartOf(use.engine, parameters);
    return { model: { name, concurrency, part, contextTokens: use.contextTokens } };
  }
}

/** What results depend on beside the program. */
function resultsOf({ model, use: { engine, contextTokens } }: LocalExtractionOptions): string {
  return model && engine !== 'rules' ? `${engine}.${contextTokens}.${model.name}` : 'rules';
}

const FEWER_PAGES = 'Extract from part of the document with target_pages, or with a smaller schema.';

function timeoutMessage(seconds: number): string {
  return `Extraction took longer than allowed (${seconds} seconds). ${FEWER_PAGES}`;
}

function memoryMessage(bytes: number): string {
  const megabytes = Math.round(bytes / 1024 / 1024);
  return `Extraction needed more than the ${megabytes} MB of memory that a document may use. ${FEWER_PAGES}`;
}

function crashMessage(detail: string): string {
  return `The extraction crashed twice (${detail}). ${FEWER_PAGES}`;
}
