import type { ModelAnswer, ModelFailureCode } from './port.ts';

const REASONS: Readonly<Record<ModelFailureCode, string>> = {
  unreachable: "The model's server could not be reached.",
  unauthorised: "The model's server does not accept this server's key.",
  not_found: "The model's server does not know the model.",
  redirected: "The model's server answered with a redirect, which is not followed.",
  quota_used_up: "The quota at the model's server is used up.",
  time_over: 'The time that one document may wait for the model is used up.',
  no_model: 'No model is configured.',
  cancelled: 'The request to the model was stopped.',
  timeout: 'The model gave no answer in time.',
  rate_limited: "The model's server allowed no more requests.",
  server_error: "The model's server failed.",
  bad_request: "The model's server refused the request.",
  structured_output_refused: "The model's server cannot be held to a schema.",
  bad_answer: "What the model's server sent is no answer of a model.",
  answer_too_large: "What the model's server sent is too large.",
  bad_picture: 'The picture for the model could not be read.',
};

/** An answer that tells why there is none. */
export function failedAnswer(code: ModelFailureCode): Extract<ModelAnswer, { ok: false }> {
  return { ok: false, code, reason: REASONS[code] };
}
