import { setTimeout as sleep } from 'node:timers/promises';
import OpenAI from 'openai';
import type { Logger } from '../../logger.ts';
import { readCompletion } from './completion.ts';
import { Dialect } from './dialect.ts';
import { createExchange } from './exchange.ts';
import { failedAnswer } from './failed-answer.ts';
import { explainFailure, type TryFailure } from './failure.ts';
import type { ModelAnswer, ModelClient, ModelRequest } from './port.ts';
import { requestBody, type RequestBody } from './request-body.ts';
import { Turns } from './turns.ts';

export interface ModelClientOptions {
  /** Base of an OpenAI-compatible API, such as `http://127.0.0.1:11434/v1`. */
  readonly baseUrl: string;
  readonly apiKey?: string;
  readonly model: string;
  /** Requests on their way at the same time, of this process. */
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly logger: Logger;
  /** Wait before the second try, doubled before each further one; default half a second. */
  readonly backoffMs?: number;
}

const DEFAULT_BACKOFF_MS = 500;
/** Tries of one request, with what is said otherwise for the endpoint's sake not counted. */
const MOST_TRIES = 5;
/** All tries of a request together may take so many times what one may. */
const MOST_TIMEOUTS = 3;
/** Times that one request may be said otherwise. */
const MOST_REWORDINGS = 3;
const LONGEST_DETAIL = 300;

/**
 * A model behind an OpenAI-compatible endpoint that the operator chose: it may be private, and the rules for addresses
 * that clients name do not concern it.
 */
export function createModelClient(options: ModelClientOptions): ModelClient {
  return new OpenAIModelClient(options);
}

class OpenAIModelClient implements ModelClient {
  readonly name: string;
  readonly concurrency: number;
  readonly timeoutMs: number;
  readonly #options: ModelClientOptions;
  readonly #api: OpenAI;
  readonly #turns: Turns;
  readonly #dialect = new Dialect();
  /** The endpoint asked all of this process to wait until then. */
  #notBefore = 0;

  constructor(options: ModelClientOptions) {
    this.name = options.model;
    this.concurrency = options.concurrency;
    this.timeoutMs = options.timeoutMs;
    this.#options = options;
    this.#turns = new Turns(options.concurrency);
    // Whatever is left out here, the library would read from variables of the environment.
    this.#api = new OpenAI({
      baseURL: options.baseUrl,
      apiKey: 'put in by the exchange',
      organization: null,
      project: null,
      webhookSecret: null,
      logLevel: 'off',
      maxRetries: 0,
      // The clock of each try is this client's own, which also covers the answer's body.
      timeout: options.timeoutMs * 2,
      fetch: createExchange(options.apiKey),
    });
  }

  async complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    const giveBack = await this.#turns.take(signal);
    if (!giveBack) return failedAnswer('cancelled');
    try {
      const body = await requestBody(this.name, request).catch(() => undefined);
      return body ? await this.#insist(body, request, signal) : failedAnswer('bad_picture');
    } finally {
      giveBack();
    }
  }

  /** Tries until there is an answer, a failure that will not pass, or no time left. */
  async #insist(body: RequestBody, request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer> {
    const giveUpAt = Date.now() + this.timeoutMs * MOST_TIMEOUTS;
    let limited = true;
    let rewordings = 0;
    for (let tries = 1; ; tries += 1) {
      if (!(await this.#wait(this.#notBefore - Date.now(), giveUpAt, signal)))
        return failedAnswer(signal.aborted ? 'cancelled' : 'rate_limited');
      const parameters = this.#dialect.parameters(request.maxOutputTokens, limited);
      const end = await this.#try({ ...body, ...parameters }, request, signal);
      if ('ok' in end) return end;
      if (signal.aborted) return failedAnswer('cancelled');
      if (end.code === 'bad_request' && rewordings < MOST_REWORDINGS) {
        const advice = this.#dialect.learn(end.detail);
        if (advice === 'say it otherwise' || (advice === 'without limit' && limited)) {
          limited = advice !== 'without limit';
          rewordings += 1;
          tries -= 1;
          continue;
        }
      }
      const more =
        end.isPassing && tries < MOST_TRIES && (await this.#waitAgain(end, tries, giveUpAt, signal));
      if (!more) return this.#giveUp(end, tries, signal);
    }
  }

  async #try(
    parameters: RequestBody,
    request: ModelRequest,
    signal: AbortSignal,
  ): Promise<Extract<ModelAnswer, { ok: true }> | TryFailure> {
    const controller = new AbortController();
    const abort = () => controller.abort();
    let expired = false;
    const clock = setTimeout(() => {
      expired = true;
      abort();
    }, this.timeoutMs);
    signal.addEventListener('abort', abort, { once: true });
    try {
      return readCompletion(
        await this.#api.chat.completions.create(parameters, { signal: controller.signal }),
      );
    } catch (error) {
      return explainFailure(error, { withSchema: request.jsonSchema !== undefined, expired });
    } finally {
      clearTimeout(clock);
      signal.removeEventListener('abort', abort);
    }
  }

  /** Waits as the endpoint asked, or longer with each try. False when that would be too long. */
  async #waitAgain(end: TryFailure, tries: number, giveUpAt: number, signal: AbortSignal): Promise<boolean> {
    // Everybody else would be turned away as well.
    if (end.retryAfterMs !== undefined) {
      this.#notBefore = Math.max(this.#notBefore, Date.now() + end.retryAfterMs);
      return this.#notBefore < giveUpAt;
    }
    const backoff = (this.#options.backoffMs ?? DEFAULT_BACKOFF_MS) * 2 ** (tries - 1);
    return this.#wait(backoff * (0.75 + Math.random() / 2), giveUpAt, signal);
  }

  /** Waits. False, at once, when that would be beyond `giveUpAt`; false when the signal was aborted. */
  async #wait(ms: number, giveUpAt: number, signal: AbortSignal): Promise<boolean> {
    if (signal.aborted) return false;
    if (ms <= 0) return true;
    if (Date.now() + ms >= giveUpAt) return false;
    return sleep(ms, true, { signal }).catch(() => false);
  }

  #giveUp(end: TryFailure, tries: number, signal: AbortSignal): ModelAnswer {
    if (signal.aborted) return failedAnswer('cancelled');
    const { apiKey, logger } = this.#options;
    const detail = apiKey === undefined ? end.detail : end.detail.replaceAll(apiKey, '[key]');
    logger.warn(
      { model: this.name, code: end.code, tries, detail: detail.slice(0, LONGEST_DETAIL) },
      'a request to the model failed',
    );
    return failedAnswer(end.code);
  }
}
