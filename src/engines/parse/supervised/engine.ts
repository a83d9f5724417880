import { mkdirSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import type { Logger } from '../../../logger.ts';
import { readAgenticOptions } from '../../../model/agentic-options.ts';
import type { ChildObserver } from '../../../model/observations.ts';
import { resolveParseOptions } from '../../../model/parse-options.ts';
import type { ModelClient } from '../../model/port.ts';
import { prepareTessdata } from '../liteparse/tessdata.ts';
import { assertUsable } from '../libreoffice/find-program.ts';
import type { ExtractEngine } from '../../extract/port.ts';
import type { ParseEngine, ParseOutcome, ParseRequest } from '../port.ts';
import { Checkpoints } from './checkpoints.ts';
import { ChildPool } from './child-pool.ts';
import { engineVersion } from './engine-version.ts';
import type { AttemptEnd } from './engine-child.ts';
import { createLocalExtraction, type ExtractionUse } from './local-extraction.ts';
import type { DocumentTask } from './protocol.ts';
import { faultError, runTask } from './run-task.ts';

export interface LocalEngineOptions {
  /** Documents parsed at the same time, each in a process of its own; one per core is best. */
  readonly processes: number;
  /** Resident bytes at which a process is killed and its document fails with MEMORY_LIMIT_EXCEEDED. */
  readonly memoryLimitBytes: number;
  /** A directory of the engine's own; made if missing. Processes work in directories below it. */
  readonly tmpDir: string;
  /** A directory with `<language>.traineddata` files. Without it, the packaged English is used. */
  readonly tessdataDir?: string;
  /** Where the packaged English is unpacked; by default `tessdata` beside `tmpDir`. */
  readonly tessdataCacheDir?: string;
  /**
   * Where slices of long documents are kept until they are finished, so that a job whose process or worker died goes on
   * behind the last of them. Without it a crash costs the whole document.
   */
  readonly checkpointDir?: string;
  /**
   * The program that converts office documents which no reader takes, or `off`. Without it one is looked for on PATH,
   * and where there is none such documents are refused.
   */
  readonly soffice?: string;
  /** Reads pages of agentic tiers. Without it they are read like those of every other tier. */
  readonly model?: ModelClient;
  /** How extraction uses the model; by default as the tier says, and 32,000 tokens of context. */
  readonly extraction?: ExtractionUse;
  readonly logger: Logger;
  /** Told of every process that starts and ends. */
  readonly observer?: ChildObserver;
  /** Default 2,000: a fresh process reads its first documents at half the speed of one that is warm. */
  readonly recycleAfterDocuments?: number;
  /** Default 600 MB: a long document leaves its memory behind. */
  readonly recycleAfterRssBytes?: number;
  /** Most pages that may be asked for of one document; default 10,000. */
  readonly maxPages?: number;
}

const DEFAULT_RECYCLE_DOCUMENTS = 2_000;
const DEFAULT_RECYCLE_BYTES = 600 * 1024 * 1024;
const DEFAULT_MAX_PAGES = 10_000;
const DEFAULT_CONTEXT_TOKENS = 32_000;

/** Parses documents on this machine, in supervised processes that may be killed at any moment. */
export function createLocalEngine(options: LocalEngineOptions): LocalEngine {
  return new SupervisedEngine(options);
}

export interface LocalEngine extends ParseEngine {
  /** Extracts in the same processes; ends with the engine. */
  readonly extraction: ExtractEngine;
}

class SupervisedEngine implements LocalEngine {
  readonly name = 'local';
  readonly version: string;
  readonly concurrency: number;
  readonly model?: string;
  readonly extraction: ExtractEngine;
  readonly #options: LocalEngineOptions;
  readonly #pool: ChildPool;
  readonly #checkpoints: Checkpoints | undefined;
  #tessdata: Promise<string | undefined> | undefined;

  constructor(options: LocalEngineOptions) {
    this.#options = options;
    this.version = engineVersion(options.tessdataDir);
    this.concurrency = options.processes;
    const { checkpointDir, model } = options;
    if (model) this.model = model.name;
    const version = `${this.version} ${model?.name ?? ''}`.trim();
    this.#checkpoints =
      checkpointDir === undefined ? undefined : new Checkpoints(resolve(checkpointDir), version);
    void this.#checkpoints?.removeOld();
    assertUsable(options.soffice);
    const directory = resolve(options.tmpDir);
    mkdirSync(directory, { recursive: true });
    this.#pool = new ChildPool({
      processes: options.processes,
      directory,
      memoryLimitBytes: options.memoryLimitBytes,
      recycleAfterDocuments: options.recycleAfterDocuments ?? DEFAULT_RECYCLE_DOCUMENTS,
      recycleAfterRssBytes: options.recycleAfterRssBytes ?? DEFAULT_RECYCLE_BYTES,
      logger: options.logger,
      observer: options.observer,
      ...(model && { model }),
    });
    const { memoryLimitBytes, logger, extraction } = options;
    this.extraction = createLocalExtraction({
      pool: this.#pool,
      memoryLimitBytes,
      logger,
      use: extraction ?? { engine: 'auto', contextTokens: DEFAULT_CONTEXT_TOKENS },
      ...(model && { model }),
    });
  }

  async parse(request: ParseRequest, signal: AbortSignal): Promise<ParseOutcome> {
    const outcome = await this.#parse(request, signal);
    // What was only stopped is taken up again, here or elsewhere.
    if (outcome.kind !== 'cancelled') await this.#checkpoints?.remove(request.jobId);
    return outcome;
  }

  async #parse(request: ParseRequest, signal: AbortSignal): Promise<ParseOutcome> {
    const task = await this.#task(request);
    const { options } = resolveParseOptions(request.parameters);
    const limits = {
      memoryLimitBytes: this.#options.memoryLimitBytes,
      deadlineMs: (pages: number) => (options.baseSeconds + options.secondsPerPage * pages) * 1000,
    };
    const { logger } = this.#options;
    const command = { type: 'parse', task } as const;
    const again = () => ({ ...command, task: { ...task, careful: true } }) as const;
    return this.#conclude(await runTask(this.#pool, command, limits, { signal, logger, again }));
  }

  close(): Promise<void> {
    return this.#pool.close();
  }

  #conclude(end: AttemptEnd<ParseOutcome>): ParseOutcome {
    switch (end.kind) {
      case 'done':
        return end.outcome;
      case 'cancelled':
        return { kind: 'cancelled' };
      case 'fault':
        throw faultError('The parse engine could not work', end);
      case 'timeout':
        return { kind: 'failure', code: 'TIMEOUT', message: timeoutMessage(end.seconds, end.askedPages) };
      case 'memory': {
        const megabytes = Math.round(this.#options.memoryLimitBytes / 1024 / 1024);
        const message =
          `Parsing needed more than the ${megabytes} MB of memory that a document may use. ` +
          'Split the document, or ask for part of it with page_ranges.target_pages.';
        return { kind: 'failure', code: 'MEMORY_LIMIT_EXCEEDED', message };
      }
      case 'crash': {
        const message =
          `The document crashed the parser twice (${end.detail}). ` +
          'Save or print it to a new PDF from another program and upload that.';
        return { kind: 'failure', code: 'ENGINE_CRASHED', message };
      }
    }
  }

  async #task(request: ParseRequest): Promise<DocumentTask> {
    const tessdataDir = await this.#tessdataDir();
    const { model } = this.#options;
    return {
      jobId: request.jobId,
      inputPath: resolve(request.inputPath),
      fileName: request.fileName,
      outputDir: resolve(request.outputDir),
      parameters: request.parameters,
      maxPages: this.#options.maxPages ?? DEFAULT_MAX_PAGES,
      ...(tessdataDir === undefined ? {} : { tessdataDir }),
      ...(this.#options.soffice !== undefined && { soffice: this.#options.soffice }),
      ...(model &&
        readAgenticOptions(request.parameters) && {
          model: { name: model.name, concurrency: model.concurrency },
        }),
      ...(this.#checkpoints && { checkpointDir: this.#checkpoints.directory(request.jobId) }),
    };
  }

  /** Prepared with the first document. A failure, such as a full disk, is tried again with the next. */
  async #tessdataDir(): Promise<string | undefined> {
    const { tessdataDir, tessdataCacheDir, tmpDir } = this.#options;
    const cacheDir = tessdataCacheDir ?? join(dirname(resolve(tmpDir)), 'tessdata');
    this.#tessdata ??= prepareTessdata(tessdataDir, cacheDir);
    try {
      return await this.#tessdata;
    } catch (error) {
      this.#tessdata = undefined;
      throw new Error(`The OCR data could not be unpacked into ${cacheDir}.`, { cause: error });
    }
  }
}

function timeoutMessage(seconds: number, askedPages: number | undefined): string {
  const extent = askedPages === undefined ? 'before its pages could be counted' : `for ${askedPages} pages`;
  return (
    `Parsing took longer than allowed (${seconds} seconds, ${extent}). Allow more with ` +
    'processing_control.timeouts, or ask for fewer pages with page_ranges.'
  );
}
