/** What stands between two pages of a whole text, as it was seen on the wire (contract 8.3). */
export const JOINED_SEPARATORS = { text: '\n\n', markdown: '\n\n---\n\n' } as const;
/** The same inside a JSON string. */
const SEPARATORS = { text: Buffer.from('\\n\\n'), markdown: Buffer.from('\\n\\n---\\n\\n') } as const;

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;
const OPENING_BRACKET = 0x5b;
const CLOSING_BRACKET = 0x5d;

/** `{"pages":[{` : a page's own keys stand inside three brackets. */
const PAGE_DEPTH = 3;

/**
 * Joins the texts of a stored section's pages while its bytes go by, so that memory does not depend on their number.
 * What is stored is JSON and so is what is wanted: the inside of each page's string is passed on as it stands,
 * escapes and all, and never decoded. Give it the bytes in order, in pieces of any size; what it returns is the
 * inside of one JSON string.
 */
export class PageJoiner {
  readonly #separator: Buffer;
  readonly #field: Buffer;
  #depth = 0;
  #pages = 0;
  #inString = false;
  #escaped = false;
  /** The string that is being read: a page's key, the wanted value, or any other. */
  #string: 'key' | 'wanted' | 'other' = 'other';
  #expectsKey = false;
  #key: number[] = [];

  constructor(section: keyof typeof SEPARATORS) {
    this.#separator = SEPARATORS[section];
    this.#field = Buffer.from(section);
  }

  /** Takes the next bytes. @returns what follows from them, in order; parts may be views of `bytes` */
  *push(bytes: Buffer): Generator<Buffer> {
    const separator = this.#separator;
    for (let at = 0; at < bytes.length;) {
      if (!this.#inString) {
        if (this.#structure(bytes[at] ?? 0)) yield separator;
        at += 1;
        continue;
      }
      const end = this.#endOfString(bytes, at);
      if (this.#string === 'wanted' && end > at) yield bytes.subarray(at, end);
      if (this.#string === 'key') this.#key.push(...bytes.subarray(at, end));
      if (end < bytes.length) this.#inString = false;
      at = end + 1;
    }
  }

  /** A byte outside strings. @returns whether another page than the first begins with it */
  #structure(byte: number): boolean {
    switch (byte) {
      case QUOTE:
        this.#beginString();
        return false;
      case OPENING_BRACE:
      case OPENING_BRACKET:
        this.#depth += 1;
        if (this.#depth !== PAGE_DEPTH || byte !== OPENING_BRACE) return false;
        this.#expectsKey = true;
        this.#pages += 1;
        return this.#pages > 1;
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        this.#depth -= 1;
        return false;
      case COMMA:
        if (this.#depth === PAGE_DEPTH) this.#expectsKey = true;
        return false;
      case COLON:
        if (this.#depth === PAGE_DEPTH) this.#expectsKey = false;
        return false;
      default:
        return false;
    }
  }

  #beginString(): void {
    this.#inString = true;
    if (this.#depth !== PAGE_DEPTH) this.#string = 'other';
    else if (this.#expectsKey) {
      this.#string = 'key';
      this.#key = [];
    } else this.#string = this.#field.equals(Uint8Array.from(this.#key)) ? 'wanted' : 'other';
  }

  /** Where the closing quote of the current string stands, or the number of bytes when it is not among them. */
  #endOfString(bytes: Buffer, from: number): number {
    for (let at = from; at < bytes.length; at += 1) {
      if (this.#escaped) this.#escaped = false;
      else if (bytes[at] === BACKSLASH) this.#escaped = true;
      else if (bytes[at] === QUOTE) return at;
    }
    return bytes.length;
  }
}
