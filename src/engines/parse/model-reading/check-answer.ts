import type { ReadPage } from '../../../model/document.ts';
import type { ModelAnswer } from '../../model/port.ts';
import { looksOdd } from '../liteparse/layer-trust.ts';
import { type ModelFallback, unusable } from './fallback.ts';
import { NO_TEXT } from './prompt.ts';
import { countShared, runsOf, tokensOf } from './tokens.ts';

/** What an answer may be longer than four times the page's own text: signs of tables, text of pictures. */
const SPARE_CHARACTERS = 20_000;
const LONGEST_ANSWER = 120_000;
/** Fewer words say little: the page may be a picture with a caption. */
const FEWEST_WORDS = 20;
/** Least shares of words in common, of the answer's and of the page's own, where the page's text is surely right... */
const LEAST_SHARED = 0.6;
/** ... and where OCR was fairly sure of it. */
const LEAST_SHARED_WITH_OCR = 0.3;
const SURE_OCR = 0.8;

/** An answer that can be used, as markdown; empty for a page without text. Or why it cannot. */
export type CheckedAnswer =
  | {
      readonly markdown: string;
      /** It says something else than the page, which the owner's instructions may have asked for. */
      readonly saysElse: boolean;
    }
  | { readonly fallback: ModelFallback };

export interface AnswerCircumstances {
  /** The owner gave instructions, which may well be to write something else than what stands on the page. */
  readonly hasCustomPrompt: boolean;
}

/**
 * Decides whether what a model wrote can stand for a page. A text layer that makes sense is the better witness: an answer
 * that lacks much of it, or says much that is not in it, was invented, cut short or written on a document's orders. With
 * instructions of the owner an answer may say something else.
 */
export function checkAnswer(
  answer: Extract<ModelAnswer, { ok: true }>,
  page: ReadPage,
  { hasCustomPrompt }: AnswerCircumstances,
): CheckedAnswer {
  if (answer.finishReason === 'length') return { fallback: unusable('cut_off') };
  if (answer.finishReason === 'refusal' || answer.finishReason === 'content_filter')
    return { fallback: unusable('refused') };
  if (answer.text.length > Math.min(LONGEST_ANSWER, page.text.length * 4 + SPARE_CHARACTERS))
    return { fallback: unusable('too_long') };
  const text = withoutFence(answer.text.trim());
  const markdown = text === NO_TEXT || text === `${NO_TEXT}.` ? '' : text;
  if (markdown === '')
    return page.text.trim() === '' ? { markdown, saysElse: false } : { fallback: unusable('empty_answer') };
  const saysElse = saysSomethingElse(markdown, page);
  return saysElse && !hasCustomPrompt ? { fallback: unusable('other_words') } : { markdown, saysElse };
}

/** Without a fence around everything, which models like to put there. Several blocks of code keep theirs. */
function withoutFence(text: string): string {
  const [, fence = '', language = '', body] =
    /^(`{3,}|~{3,})[ \t]*(markdown|md|html|text)?[ \t]*\n([\s\S]*)\n\1$/i.exec(text) ?? [];
  if (body === undefined) return text;
  return /^(?:markdown|md)$/i.test(language) || !body.includes(`\n${fence}`) ? body.trim() : text;
}

/**
 * Whether an answer and the page's own text cannot both be right, as far as that text can be trusted. Where words differ,
 * letters decide: text layers glue words together or break them at the end of a line.
 */
function saysSomethingElse(markdown: string, page: ReadPage): boolean {
  const least = leastShared(page);
  if (least === undefined) return false;
  const own = tokensOf(page.text);
  const written = tokensOf(withoutSigns(markdown));
  const bands = tokensOf(`${page.header ?? ''} ${page.footer ?? ''}`);
  const hasPicture = page.items.some((item) => item.type === 'image');
  const longer = Math.max(own.length, hasPicture ? 0 : written.length);
  if (own.length <= bands.length || longer < FEWEST_WORDS) return false;
  const differ = (read: (tokens: readonly string[]) => readonly string[]) => {
    const [ours, theirs] = [read(own), read(written)];
    const shared = countShared(theirs, ours);
    // Beside a picture the model may read what nobody else could; what was there already must be in it all the same.
    const isInvented = !hasPicture && shared < theirs.length * least;
    // Running headers and footers were to be left out.
    return isInvented || shared < (ours.length - read(bands).length) * least;
  };
  return differ((tokens) => tokens) && differ(runsOf);
}

function leastShared(page: ReadPage): number | undefined {
  if (page.source === 'text_layer') return looksOdd(page.text) ? undefined : LEAST_SHARED;
  const isSure = page.source === 'ocr' && (page.confidence ?? 0) >= SURE_OCR;
  return isSure ? LEAST_SHARED_WITH_OCR : undefined;
}

/** Tags, addresses and the commands of formulas are no words of the page. */
function withoutSigns(markdown: string): string {
  return markdown
    .replaceAll(/<\/?[a-z][^<>]{0,200}>/gi, ' ')
    .replaceAll(/\]\([^()\s]{0,500}\)/g, ']')
    .replaceAll(/\\[a-z]+/gi, ' ');
}
