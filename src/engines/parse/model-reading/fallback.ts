import type { ModelFailureCode } from '../../model/port.ts';

/** Why a page is not used as the model read it, beside that there is no answer at all. */
export const UNUSABLE = {
  not_drawn: 'The page could not be drawn for the model.',
  too_much_text: 'The page has more text than a model gives back as it stands.',
  not_asked: 'The model was not asked any more, because it had failed on the pages before.',
  cut_off: "The model's answer was cut off at its longest.",
  refused: 'The model refused to read the page.',
  empty_answer: 'The model found no text on a page that has some.',
  too_long: "The model's answer is far longer than the page.",
  other_words: "The model's answer has too few words in common with the text of the page.",
} as const;
export type UnusableCode = keyof typeof UNUSABLE;

/** Why a page stays as it was read locally. */
export interface ModelFallback {
  readonly code: ModelFailureCode | UnusableCode;
  /** A sentence for the document's owner. */
  readonly reason: string;
}

export function unusable(code: UnusableCode): ModelFallback {
  return { code, reason: UNUSABLE[code] };
}
