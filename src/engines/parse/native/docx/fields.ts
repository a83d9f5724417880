import { linkAddress } from '../web-address.ts';

/** Numbers that fields in running headers show anew on each page. */
export interface PageNumbers {
  readonly page: number;
  readonly pages: number;
}

interface OpenField {
  instruction: string;
  /** Before its separator a field holds its instruction, behind it what it shows. */
  phase: 'instruction' | 'result' | 'replaced';
  url?: string;
}

/** Deeper nesting of fields is none. */
const DEEPEST = 64;
const LONGEST_INSTRUCTION = 8_192;

/** Complex fields (ECMA-376 part 1, 17.16.18) that are open while a text is walked; they may span paragraphs. */
export class FieldStack {
  readonly #open: OpenField[] = [];
  readonly #numbers: PageNumbers | undefined;

  constructor(numbers?: PageNumbers) {
    this.#numbers = numbers;
  }

  begin(): void {
    if (this.#open.length < DEEPEST) this.#open.push({ instruction: '', phase: 'instruction' });
  }

  addInstruction(text: string): void {
    const field = this.#open.at(-1);
    if (field?.phase === 'instruction')
      field.instruction = (field.instruction + text).slice(0, LONGEST_INSTRUCTION);
  }

  /** @returns text that stands in place of the stored result */
  separate(): string | undefined {
    const field = this.#open.at(-1);
    if (field?.phase !== 'instruction') return undefined;
    const shown = shownNumber(field.instruction, this.#numbers);
    field.phase = shown === undefined ? 'result' : 'replaced';
    const url = hyperlinkOf(field.instruction);
    if (url !== undefined) field.url = url;
    return shown;
  }

  /** @returns text of a field that was stored without a result */
  end(): string | undefined {
    const field = this.#open.pop();
    return field?.phase === 'instruction' ? shownNumber(field.instruction, this.#numbers) : undefined;
  }

  /** Whether text at this place is not shown. */
  get hides(): boolean {
    return this.#open.some((field) => field.phase !== 'result');
  }

  get url(): string | undefined {
    return this.#open.findLast((field) => field.url !== undefined)?.url;
  }

  /** Forgets instructions that a paragraph leaves open: a field that is never closed must not hide the rest. */
  endParagraph(): void {
    while (this.#open.at(-1)?.phase === 'instruction') this.#open.pop();
  }
}

/** What PAGE and NUMPAGES show here; undefined for other fields, and in the body, where the stored result stands. */
export function shownNumber(instruction: string, numbers: PageNumbers | undefined): string | undefined {
  const name = /^\s*(\w+)/.exec(instruction)?.[1]?.toUpperCase();
  if (!numbers) return undefined;
  if (name === 'PAGE') return String(numbers.page);
  return name === 'NUMPAGES' ? String(numbers.pages) : undefined;
}

/** The address in a HYPERLINK field; `\l` alone leads to a place inside the document. */
export function hyperlinkOf(instruction: string): string | undefined {
  const target = /^\s*HYPERLINK\s+(?!\\)(?:"([^"]*)"|(\S+))/i.exec(instruction);
  return linkAddress(target?.[1] ?? target?.[2]);
}
