const BACKSLASH = 0x5c;
/** What stands for itself (quotes, slashes) is not in it. */
const ESCAPES: ReadonlyMap<number, number> = new Map([
  [0x62, 0x08],
  [0x66, 0x0c],
  [0x6e, 0x0a],
  [0x72, 0x0d],
  [0x74, 0x09],
]);
const LETTER_U = 0x75;

/**
 * Turns the inside of a JSON string into the text it stands for, both as UTF-8, while its bytes go by. Half a
 * surrogate pair becomes U+FFFD, as everywhere where text becomes UTF-8.
 */
export class JsonStringDecoder {
  /** The beginning of an escape whose end has not come yet. */
  #rest: Buffer = Buffer.alloc(0);

  /** Takes the next bytes. @returns the text that is complete with them */
  push(bytes: Buffer): Buffer {
    const input = this.#rest.length > 0 ? Buffer.concat([this.#rest, bytes]) : bytes;
    const pieces: Buffer[] = [];
    let at = 0;
    for (;;) {
      const escape = input.indexOf(BACKSLASH, at);
      if (escape < 0) {
        pieces.push(input.subarray(at));
        this.#rest = Buffer.alloc(0);
        break;
      }
      pieces.push(input.subarray(at, escape));
      const length = input[escape + 1] === LETTER_U ? 6 : 2;
      if (escape + length > input.length) {
        this.#rest = Buffer.from(input.subarray(escape));
        break;
      }
      pieces.push(decodeEscape(input, escape));
      at = escape + length;
    }
    return Buffer.concat(pieces);
  }
}

/** `JSON.stringify` writes `\u` for control characters and for halves of pairs only, so each stands for itself. */
function decodeEscape(input: Buffer, at: number): Buffer {
  const kind = input[at + 1] ?? 0;
  if (kind !== LETTER_U) return Buffer.from([ESCAPES.get(kind) ?? kind]);
  return Buffer.from(String.fromCharCode(Number.parseInt(input.toString('latin1', at + 2, at + 6), 16)));
}
