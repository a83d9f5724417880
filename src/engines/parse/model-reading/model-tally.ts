import type { ModelFallbackPages, ModelSummary } from '../../../model/parse-result.ts';
import type { ModelReading } from '../reader.ts';

/** Pages that a sentence names one by one. */
const MOST_NAMED = 10;

/** Counts what a model did for a document: tokens, and pages that stayed as they were read locally. */
export class ModelTally {
  readonly #fallbacks = new Map<
    string,
    { readonly reason: string; readonly code: string; readonly pages: number[] }
  >();
  readonly #saysElse: number[] = [];
  #input = 0;
  #output = 0;

  add(pageNumber: number, { tokens, fallback, saysElse }: ModelReading): void {
    this.#input += tokens?.input ?? 0;
    this.#output += tokens?.output ?? 0;
    if (saysElse === true) this.#saysElse.push(pageNumber);
    if (!fallback) return;
    const found = this.#fallbacks.get(fallback.code);
    if (found) found.pages.push(pageNumber);
    else this.#fallbacks.set(fallback.code, { ...fallback, pages: [pageNumber] });
  }

  summary(name: string): ModelSummary {
    return { name, fallbacks: this.#listed(), tokens: { input: this.#input, output: this.#output } };
  }

  /** Sentences for the document's owner. */
  warnings(): string[] {
    const fallbacks = this.#listed().map(
      ({ pages, reason }) =>
        `${capitalised(named(pages))} ${pages.length === 1 ? 'was' : 'were'} read without the model: ${reason}`,
    );
    if (this.#saysElse.length === 0) return fallbacks;
    const differing =
      `With agentic_options.custom_prompt, the model wrote something else than the text of ${named(this.#saysElse)}; ` +
      'please check it.';
    return [...fallbacks, differing];
  }

  #listed(): ModelFallbackPages[] {
    return [...this.#fallbacks.values()].map(({ code, reason, pages }) => ({ code, reason, pages }));
  }
}

/** `page 3`, `pages 3 and 5`, or the first few of many. */
function named(pages: readonly number[]): string {
  const [only] = pages;
  if (pages.length === 1) return `page ${only}`;
  if (pages.length <= MOST_NAMED) return `pages ${pages.slice(0, -1).join(', ')} and ${pages.at(-1)}`;
  return `pages ${pages.slice(0, MOST_NAMED).join(', ')} and ${pages.length - MOST_NAMED} more`;
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
