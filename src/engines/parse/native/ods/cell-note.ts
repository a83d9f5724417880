/** Characters that one note may have; what is beyond is left out. */
const LONGEST_NOTE = 100_000;

/** Collects what is noted at a cell (OpenDocument 1.3 part 3, 14.1) while it is read: its lines, not who wrote it and when. */
export class CellNote {
  readonly #lines: string[] = [];
  #line: string | undefined;
  #left = LONGEST_NOTE;

  openTag(name: string): void {
    if (name === 'p' || name === 'h') this.#line = '';
    else if (name === 's' || name === 'tab') this.text(' ');
    else if (name === 'line-break') this.#add('\n');
  }

  closeTag(name: string): void {
    if ((name !== 'p' && name !== 'h') || this.#line === undefined) return;
    this.#lines.push(this.#line.trim());
    this.#line = undefined;
  }

  text(text: string): void {
    this.#add(text.replaceAll(/\s+/g, ' '));
  }

  get shown(): string {
    return this.#lines.join('\n').trim();
  }

  #add(text: string): void {
    if (this.#line === undefined) return;
    this.#line += text.slice(0, this.#left);
    this.#left = Math.max(0, this.#left - text.length);
  }
}
