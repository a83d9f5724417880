/**
 * What a language model is asked and answers, as plain data: the same on the wire between an engine process and its
 * supervisor, which alone holds the key and the network.
 */
export interface ModelRequest {
  /** Instructions that stand above everything else. */
  readonly system?: string;
  /** The question: texts and pictures in order. At least one. */
  readonly parts: readonly ModelPart[];
  /** The answer must be JSON of this shape; an endpoint that cannot say so answers `structured_output_refused`. */
  readonly jsonSchema?: ModelJsonSchema;
  /** Most tokens of the answer; absent: the endpoint's own limit. */
  readonly maxOutputTokens?: number;
}

export type ModelPart =
  | { readonly type: 'text'; readonly text: string }
  /** A file that whoever answers reads when the request has its turn; keep it until the answer is there. */
  | { readonly type: 'image'; readonly mediaType: ImageMediaType; readonly path: string }
  | { readonly type: 'image'; readonly mediaType: ImageMediaType; readonly base64: string };
export type ImageMediaType = 'image/png' | 'image/jpeg';

export interface ModelJsonSchema {
  /** Letters, digits, `_` and `-`. */
  readonly name: string;
  readonly schema: Readonly<Record<string, unknown>>;
  /** Asks for the strict mode of endpoints that have one: every property required, no others. Default false. */
  readonly strict?: boolean;
}

/** Tokens as the endpoint counted them. */
export interface ModelUsage {
  readonly input: number;
  readonly output: number;
}

/** Why the answer ends where it ends. */
export type FinishReason = 'stop' | 'length' | 'content_filter' | 'refusal' | 'other';

/**
 * Why there is no answer. The first group concerns every request alike, so that asking again soon is of no use; the
 * second may be this one's alone.
 */
export const GENERAL_FAILURES = [
  'unreachable',
  'unauthorised',
  'not_found',
  'redirected',
  'quota_used_up',
  'time_over',
  'no_model',
  'cancelled',
] as const;
export const SINGLE_FAILURES = [
  'timeout',
  'rate_limited',
  'server_error',
  'bad_request',
  'structured_output_refused',
  'bad_answer',
  'answer_too_large',
  'bad_picture',
] as const;
export type ModelFailureCode = (typeof GENERAL_FAILURES)[number] | (typeof SINGLE_FAILURES)[number];

export type ModelAnswer =
  | {
      readonly ok: true;
      /** As the model wrote it; may be empty, and is cut off where `finishReason` is `length`. */
      readonly text: string;
      readonly finishReason: FinishReason;
      /** Absent where the endpoint does not count. */
      readonly usage?: ModelUsage;
    }
  | {
      readonly ok: false;
      readonly code: ModelFailureCode;
      /** A sentence that may be told to the document's owner: no address, no key, no words of the endpoint. */
      readonly reason: string;
    };

/** Asks a model. Never rejects. */
export type AskModel = (request: ModelRequest) => Promise<ModelAnswer>;

/** What an engine process needs to know of the model before it asks. */
export interface ModelTerms {
  /** The model's name, as results tell it. */
  readonly name: string;
  /** Requests that are worth asking at the same time. */
  readonly concurrency: number;
}

/** A model behind a network. Lives in Sheaf's own process, never in one that reads documents. */
export interface ModelClient extends ModelTerms {
  /** Milliseconds that one try of a request may take. */
  readonly timeoutMs: number;
  /** Asks once, with as many tries as the policy allows. Never rejects; an aborted signal answers `cancelled`. */
  complete(request: ModelRequest, signal: AbortSignal): Promise<ModelAnswer>;
}
