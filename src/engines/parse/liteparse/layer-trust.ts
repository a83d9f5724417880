/** Checks of doubtful pages that must find the text layer right before a document's pages are taken at their word. */
const CHECKS_THAT_CONVINCE = 2;
/** Fewer words tell nothing. */
const FEWEST_WORDS = 40;
const MOST_ODD_WORDS = 0.3;
/** From so many printed signs on, a page without letters among them is looked at. */
const FEWEST_SIGNS = 120;
const LEAST_LETTERS = 0.45;

/**
 * Whether a text layer says what the page shows, as far as the text itself can tell. Fonts without a map to Unicode,
 * or with a wrong one, and bad OCR of long ago give letters that make no words, or hardly any letters. Part lists and
 * formulas look the same: what looks odd is compared with an OCR reading, and a document that stood two such
 * comparisons is not doubted again.
 */
export class LayerTrust {
  #convincing = 0;

  doubts(text: string): boolean {
    return this.#convincing < CHECKS_THAT_CONVINCE && looksOdd(text);
  }

  /** The text layer of a doubtful page was found right. */
  convince(): void {
    this.#convincing += 1;
  }
}

/** Whether hardly a word could be one of a language in Latin letters, or hardly a sign is a letter or digit. */
export function looksOdd(text: string): boolean {
  const { signs, letters } = countSigns(text);
  if (signs >= FEWEST_SIGNS && letters < signs * LEAST_LETTERS) return true;
  const words = text.match(LONG_WORDS) ?? [];
  if (words.length < FEWEST_WORDS) return false;
  return words.filter(isOdd).length > words.length * MOST_ODD_WORDS;
}

/** Every page is counted: a loop takes a fifth of the time of patterns that make an array of all signs. */
function countSigns(text: string): { signs: number; letters: number } {
  let signs = 0;
  let letters = 0;
  for (const sign of text) {
    const code = sign.codePointAt(0) ?? 0;
    if (code < 128 ? isAsciiLetter(code) : LETTER.test(sign)) {
      signs += sign.length;
      letters += 1;
    } else if (!FILLING.test(sign)) signs += sign.length;
  }
  return { signs, letters };
}

const LETTER = /[\p{L}\p{M}\p{N}]/u;
/** Blanks, and what leads from an entry to its page number. */
const FILLING = /[\s._\-–—·•|]/;

function isAsciiLetter(code: number): boolean {
  return (code >= 97 && code <= 122) || (code >= 65 && code <= 90) || (code >= 48 && code <= 57);
}

/** From four letters and digits on, of those that begin with a letter of a Latin language. */
const LONG_WORDS = /(?<![\p{L}\p{N}])[A-Za-zÀ-ɏ][\p{L}\p{N}]{3,}/gu;

/** No vowel, six consonants in a row, or capitals and digits amid small letters. */
function isOdd(word: string): boolean {
  if (/^[A-Z]?[^a-z]*$/.test(word)) return false;
  const letters = word.toLowerCase();
  if (/[a-z][A-Z0-9][a-z]/.test(word)) return true;
  return !/[aeiouyà-ɏ]/.test(letters) || /[bcdfghjklmnpqrstvwxz]{6}/.test(letters);
}
