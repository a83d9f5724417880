import { headingLevelOfName } from '../docx/heading-names.ts';

/** Collects which styles are headings while the style sheet goes by: each style is a group, and its name its text. */
export class StyleTable {
  readonly #headings = new Map<number, number>();
  #number: number | undefined;
  #name = '';

  /** @returns whether the word begins a style, whose group has to end with {@link StyleTable.end} */
  begins(word: string, value: number | undefined): boolean {
    if (word !== 's' && word !== 'cs' && word !== 'ds' && word !== 'ts') return false;
    // Only the styles of paragraphs can be headings.
    this.#number = word === 's' ? (value ?? 0) : undefined;
    this.#name = '';
    return true;
  }

  text(text: string): void {
    this.#name += text;
  }

  end(): void {
    const level = headingLevelOfName(this.#name.split(';', 1)[0] ?? '');
    if (level !== undefined && this.#number !== undefined) this.#headings.set(this.#number, level);
    this.#number = undefined;
  }

  /** The level of a style's headings; undefined for a style of other paragraphs. */
  headingLevel(style: number): number | undefined {
    return this.#headings.get(style);
  }
}
