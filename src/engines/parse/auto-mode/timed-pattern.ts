import { createContext, Script, type Context } from 'node:vm';

/** So much of a text is looked at. */
export const LONGEST_SEARCHED = 100_000;
/** What one search may take; a pattern that needs more goes back over the same text again and again. */
const SEARCH_MS = 250;
/** What all searches of a document may take together. */
const ALL_SEARCHES_MS = 5_000;

const SEARCH = new Script('new RegExp(pattern, flags).test(text)');

/** What a warning says: whose patterns they are, and what comes of one that is given up, and of all together. */
export interface PatternWords {
  readonly owner: string;
  readonly givenUp: string;
  readonly spent: string;
}

/**
 * Searches texts with patterns that clients wrote. A pattern can take longer than any text is worth, so each search is
 * stopped after a while, and a pattern that was stopped is not tried again.
 */
export class TimedPatterns {
  readonly #warn: (sentence: string) => void;
  readonly #words: PatternWords;
  readonly #stopped = new Set<string>();
  readonly #mostMs: number;
  #spentMs = 0;
  #context: Context | undefined;

  constructor(warn: (sentence: string) => void, words: PatternWords, mostMs = ALL_SEARCHES_MS) {
    this.#warn = warn;
    this.#words = words;
    this.#mostMs = mostMs;
  }

  /** False also where the search was stopped. */
  test(pattern: string, flags: string, text: string): boolean {
    const key = `${flags} ${pattern}`;
    if (this.#stopped.has(key) || this.#spentMs >= this.#mostMs) return false;
    this.#context ??= createContext({}, { codeGeneration: { strings: false, wasm: false } });
    Object.assign(this.#context, { pattern, flags, text: text.slice(0, LONGEST_SEARCHED) });
    const started = performance.now();
    try {
      return SEARCH.runInContext(this.#context, { timeout: SEARCH_MS }) === true;
    } catch {
      this.#stopped.add(key);
      this.#warn(
        `The pattern ${JSON.stringify(pattern.slice(0, 80))} of ${this.#words.owner} took too long and was given up: ` +
          `${this.#words.givenUp}. Write it without repetitions inside repetitions.`,
      );
      return false;
    } finally {
      this.#spend(performance.now() - started);
    }
  }

  #spend(milliseconds: number): void {
    const before = this.#spentMs;
    this.#spentMs += milliseconds;
    if (before >= this.#mostMs || this.#spentMs < this.#mostMs) return;
    this.#warn(`The patterns of ${this.#words.owner} took too long together: ${this.#words.spent}.`);
  }
}
