import type { ObjectSchema } from '../../../model/extract-schema/data-schema.ts';
import {
  type AskModel,
  GENERAL_FAILURES,
  type ModelAnswer,
  type ModelFailureCode,
  type ModelRequest,
  type ModelUsage,
} from '../../model/port.ts';
import { Turns } from '../../model/turns.ts';
import { answerSchema } from './answer-schema.ts';
import { NOT_JSON, schemaPrompt } from './prompt.ts';
import { readCutOffJson, readJson, type RawJson } from './read-json.ts';

/** Why a question has no answer, beside that the model failed. */
const REASONS = {
  refused: 'The model refused to answer.',
  no_json: "The model's answer is no data of the schema.",
  cut_off: "The model's answer was cut off, and the text cannot be asked about in smaller parts.",
  not_asked: 'The model was not asked any more, because it had failed before.',
} as const;

export interface AskFailure {
  readonly code: ModelFailureCode | keyof typeof REASONS;
  /** A sentence for the document's owner. */
  readonly reason: string;
}

export type DataAnswer =
  | { readonly kind: 'data'; readonly data: RawJson }
  /** The answer was longer than it may be; perhaps its beginning can be read. */
  | { readonly kind: 'cut_off'; readonly data: RawJson | undefined }
  | { readonly kind: 'failed'; readonly failure: AskFailure };

export interface DataQuestion {
  readonly system: string;
  readonly text: string;
  readonly schema: ObjectSchema;
  readonly maxOutputTokens: number;
}

/** Questions in a row without an answer until the model is not asked any more. */
const MOST_FAILURES = 3;

export function askFailure(code: keyof typeof REASONS): AskFailure {
  return { code, reason: REASONS[code] };
}

/**
 * The conversation with a model about one document: questions with a schema, answers as JSON. An endpoint that cannot be
 * held to a schema is told the schema in words from then on; one that fails again and again is left alone.
 */
export class DataAsker {
  readonly #ask: AskModel;
  readonly #turns: Turns;
  readonly #never = new AbortController().signal;
  #input = 0;
  #output = 0;
  #takesSchemas = true;
  #failures = 0;
  #isOver = false;

  constructor(ask: AskModel, concurrency: number) {
    this.#ask = ask;
    this.#turns = new Turns(Math.max(1, concurrency));
  }

  /** Tokens of all answers so far; undefined while there are none, or where the endpoint does not count. */
  get tokens(): ModelUsage | undefined {
    return this.#input + this.#output > 0 ? { input: this.#input, output: this.#output } : undefined;
  }

  async ask(question: DataQuestion): Promise<DataAnswer> {
    const giveBack = await this.#turns.take(this.#never);
    try {
      if (this.#isOver) return { kind: 'failed', failure: askFailure('not_asked') };
      const first = await this.#once(question);
      if (first.kind !== 'failed' || first.failure.code !== 'no_json') return first;
      return await this.#once({ ...question, text: `${question.text}\n\n${NOT_JSON}` });
    } finally {
      giveBack?.();
    }
  }

  async #once(question: DataQuestion): Promise<DataAnswer> {
    let answer = await this.#send(question, this.#takesSchemas);
    const refusals: readonly string[] = ['structured_output_refused', 'bad_request'];
    if (!answer.ok && this.#takesSchemas && refusals.includes(answer.code)) {
      const again = await this.#send(question, false);
      // Some endpoints do not say what they mind about a request: that it works without a schema tells.
      if (again.ok || answer.code === 'structured_output_refused') this.#takesSchemas = false;
      answer = again;
    }
    return this.#settle(answer);
  }

  #send(question: DataQuestion, withSchema: boolean): Promise<ModelAnswer> {
    const { system, text, schema, maxOutputTokens } = question;
    const request: ModelRequest = {
      system,
      maxOutputTokens,
      parts: [{ type: 'text', text: withSchema ? text : `${text}\n\n${schemaPrompt(schema)}` }],
      ...(withSchema && { jsonSchema: { name: 'data', schema: answerSchema(schema), strict: true } }),
    };
    return this.#ask(request);
  }

  #settle(answer: ModelAnswer): DataAnswer {
    if (!answer.ok) {
      this.#failures += 1;
      const isGeneral = (GENERAL_FAILURES as readonly string[]).includes(answer.code);
      if (isGeneral || this.#failures >= MOST_FAILURES) this.#isOver = true;
      return { kind: 'failed', failure: { code: answer.code, reason: answer.reason } };
    }
    this.#failures = 0;
    this.#input += answer.usage?.input ?? 0;
    this.#output += answer.usage?.output ?? 0;
    const { finishReason, text } = answer;
    if (finishReason === 'refusal' || finishReason === 'content_filter')
      return { kind: 'failed', failure: askFailure('refused') };
    if (finishReason === 'length') return { kind: 'cut_off', data: readCutOffJson(text) };
    const data = readJson(text);
    return data ? { kind: 'data', data } : { kind: 'failed', failure: askFailure('no_json') };
  }
}
