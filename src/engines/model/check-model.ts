import type { ModelAnswer, ModelClient, ModelFailureCode, ModelRequest } from './port.ts';

/** A red square of 32 by 32 pixels, as PNG. */
const RED_SQUARE =
  'iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJ0lEQVR42u3NsQkAAAjAsP7/tF7hIASyp6lTCQQCgUAgEAgEgi/BAjLD/C5w/SM9AAAAAElFTkSuQmCC';

/** How one ability of a model was tried. */
export type Trial =
  | { readonly ok: true }
  | { readonly ok: false; readonly code: ModelFailureCode | 'wrong_answer'; readonly reason: string };

export interface ModelCheck {
  /** Keeps to a schema. Without it, extraction tells the schema in words. */
  readonly structuredOutput: Trial;
  /** Sees pictures, which agentic parsing needs. */
  readonly pictures: Trial;
}

const WITH_SCHEMA: ModelRequest = {
  system: 'You answer in JSON.',
  parts: [{ type: 'text', text: 'Which number is larger, 3 or 8?' }],
  jsonSchema: {
    name: 'answer',
    strict: true,
    schema: {
      type: 'object',
      properties: { larger: { type: 'integer' } },
      required: ['larger'],
      additionalProperties: false,
    },
  },
  maxOutputTokens: 1_000,
};
const WITH_PICTURE: ModelRequest = {
  system: 'You answer with one English word.',
  parts: [
    { type: 'image', mediaType: 'image/png', base64: RED_SQUARE },
    { type: 'text', text: 'Which colour is this square?' },
  ],
  maxOutputTokens: 1_000,
};

/** Tries what Sheaf needs of a model with two tiny requests. Never rejects. */
export async function checkModel(
  client: ModelClient,
  signal: AbortSignal = new AbortController().signal,
): Promise<ModelCheck> {
  const structuredOutput = await client.complete(WITH_SCHEMA, signal);
  const pictures = await client.complete(WITH_PICTURE, signal);
  return {
    structuredOutput: judge(structuredOutput, saysEight),
    pictures: judge(pictures, (text) => /\bred\b/i.test(text)),
  };
}

function judge(answer: ModelAnswer, isRight: (text: string) => boolean): Trial {
  if (!answer.ok) return { ok: false, code: answer.code, reason: answer.reason };
  if (isRight(answer.text)) return { ok: true };
  return { ok: false, code: 'wrong_answer', reason: 'The model answered something else than it was asked.' };
}

function saysEight(text: string): boolean {
  try {
    const answer = JSON.parse(text) as { larger?: unknown } | null;
    return answer?.larger === 8;
  } catch {
    return false;
  }
}
