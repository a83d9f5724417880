import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { AgenticOptions } from '../../../model/agentic-options.ts';
import type { ReadPage } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { type AskModel, GENERAL_FAILURES, type ModelAnswer, type ModelRequest } from '../../model/port.ts';
import type { ModelReading, PageReading, PageViews, ViewLimits } from '../reader.ts';
import { checkAnswer } from './check-answer.ts';
import { type ModelFallback, unusable } from './fallback.ts';
import type { KeptAnswers } from './kept-answers.ts';
import { modelPage } from './model-page.ts';
import { pagePrompt, systemPrompt } from './prompt.ts';

/** Print is easily read at 150 dpi; the dearer tier sees small print and handwriting better. */
const VIEWS: Readonly<Record<AgenticOptions['tier'], ViewLimits>> = {
  agentic: { dpi: 150, mostPixels: 4_000_000 },
  agentic_plus: { dpi: 200, mostPixels: 6_000_000 },
};
/** More text on a page is a wall of figures, which models cut short. */
const MOST_CHARACTERS = 40_000;
/** Tokens of an answer: room for the page's own text twice over, and for what nobody has read yet. */
const FEWEST_TOKENS = 8_192;
const MOST_TOKENS = 16_384;
/** Pages in a row without an answer, and with one that could not be used, until the model is not asked any more. */
const MOST_FAILURES = 3;
const MOST_UNUSABLE = 10;

export interface ModelPassParts {
  readonly ask: AskModel;
  /** Pages asked for at the same time. */
  readonly concurrency: number;
  readonly agentic: AgenticOptions;
  readonly options: ParseOptions;
  readonly views: PageViews;
  /** A directory of the process's own, where pictures lie while they are asked about. */
  readonly scratch: string;
  readonly kept: KeptAnswers;
  /** Pages that are worth sending; default all. */
  readonly isWanted?: (page: ReadPage) => boolean;
}

/**
 * The reading of pages by a model, after they have been read locally: each goes as a picture with its text, and comes back
 * as Markdown. A page for which that fails stays as it was and says why.
 */
export class ModelPass {
  readonly #parts: ModelPassParts;
  readonly #system: string;
  #failures = 0;
  #unusable = 0;
  #isOver = false;

  constructor(parts: ModelPassParts) {
    this.#parts = parts;
    this.#system = systemPrompt(parts.agentic, parts.options);
  }

  /** Readings of the slice that was read last, in their order. */
  async read(readings: readonly PageReading[]): Promise<readonly PageReading[]> {
    const results = [...readings];
    const queue = readings.entries();
    const work = async () => {
      for (const [index, reading] of queue) {
        if ('page' in reading) results[index] = await this.#readPage(reading.page);
      }
    };
    await Promise.all(Array.from({ length: Math.max(1, this.#parts.concurrency) }, work));
    return results;
  }

  async #readPage(page: ReadPage): Promise<PageReading> {
    const { options, isWanted } = this.#parts;
    if (isWanted?.(page) === false) return { page: { ...page, costOptimized: true } };
    // Without a text layer, whatever the page shows is text in a picture.
    if (page.source === 'empty' && options.ignoreTextInImage) return { page };
    const asked = await this.#ask(page);
    if (asked === 'blank') return { page };
    if ('fallback' in asked) return { page, model: asked };
    return this.#use(asked, page);
  }

  /** Makes a page of an answer, if it can be used. */
  #use(answer: Extract<ModelAnswer, { ok: true }>, local: ReadPage): PageReading {
    const { agentic, options, views } = this.#parts;
    const tokens = answer.usage && { tokens: answer.usage };
    const checked = checkAnswer(answer, local, { hasCustomPrompt: agentic.customPrompt !== undefined });
    if ('fallback' in checked) {
      this.#unusable += 1;
      if (this.#unusable >= MOST_UNUSABLE) this.#isOver = true;
      return { page: local, model: { ...tokens, fallback: checked.fallback } };
    }
    this.#unusable = 0;
    const { markdown, saysElse } = checked;
    const model: ModelReading = { ...tokens, ...(saysElse && { saysElse }) };
    if (markdown === '') return { page: local, model };
    return { page: modelPage({ local, markdown, words: views.words(local.pageNumber), options }), model };
  }

  async #ask(
    page: ReadPage,
  ): Promise<Extract<ModelAnswer, { ok: true }> | { readonly fallback: ModelFallback } | 'blank'> {
    const { scratch, kept, options } = this.#parts;
    if (page.text.length > MOST_CHARACTERS) return { fallback: unusable('too_much_text') };
    const path = join(scratch, `model-page-${page.pageNumber}.png`);
    const request: ModelRequest = {
      system: this.#system,
      parts: [
        { type: 'image', mediaType: 'image/png', path },
        { type: 'text', text: pagePrompt(page, options) },
      ],
      maxOutputTokens: Math.min(MOST_TOKENS, Math.max(FEWEST_TOKENS, page.text.length)),
    };
    const before = kept.load(page.pageNumber, request);
    if (before) return before;
    if (this.#isOver) return { fallback: unusable('not_asked') };
    const view = await this.#parts.views.draw(page, VIEWS[this.#parts.agentic.tier]);
    if (view.kind === 'blank') return 'blank';
    if (view.kind === 'failed') return { fallback: unusable('not_drawn') };
    try {
      writeFileSync(path, view.png, { mode: 0o600 });
      return this.#settle(await this.#parts.ask(request), page, request);
    } finally {
      rmSync(path, { force: true });
    }
  }

  #settle(
    answer: ModelAnswer,
    page: ReadPage,
    request: ModelRequest,
  ): Extract<ModelAnswer, { ok: true }> | { readonly fallback: ModelFallback } {
    if (answer.ok) {
      this.#failures = 0;
      this.#parts.kept.keep(page.pageNumber, request, answer);
      return answer;
    }
    this.#failures += 1;
    const isGeneral = (GENERAL_FAILURES as readonly string[]).includes(answer.code);
    if (isGeneral || this.#failures >= MOST_FAILURES) this.#isOver = true;
    return { fallback: { code: answer.code, reason: answer.reason } };
  }
}
