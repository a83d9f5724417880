/** Signs of fonts that put pictures where letters are: documents name them by font and code. */

/** The Symbol font from 0x41 and 0x61: Greek letters in the order of the Latin ones. */
const SYMBOL_UPPER = 'ΑΒΧΔΕΦΓΗΙϑΚΛΜΝΟΠΘΡΣΤΥςΩΞΨΖ';
const SYMBOL_LOWER = 'αβχδεφγηιϕκλμνοπθρστυϖωξψζ';

const SYMBOL: Readonly<Record<number, string>> = {
  0x22: '∀', 0x24: '∃', 0x27: '∋', 0x2a: '∗', 0x2d: '−', 0x40: '≅', 0x5c: '∴', 0x5e: '⊥', 0x7e: '∼',
  0xa1: 'ϒ', 0xa2: '′', 0xa3: '≤', 0xa4: '⁄', 0xa5: '∞', 0xa6: 'ƒ', 0xab: '↔', 0xac: '←', 0xad: '↑', 0xae: '→',
  0xaf: '↓', 0xb0: '°', 0xb1: '±', 0xb2: '″', 0xb3: '≥', 0xb4: '×', 0xb5: '∝', 0xb6: '∂', 0xb7: '•', 0xb8: '÷',
  0xb9: '≠', 0xba: '≡', 0xbb: '≈', 0xbc: '…', 0xc4: '⊗', 0xc5: '⊕', 0xc6: '∅', 0xc7: '∩', 0xc8: '∪', 0xc9: '⊃',
  0xca: '⊇', 0xcb: '⊄', 0xcc: '⊂', 0xcd: '⊆', 0xce: '∈', 0xcf: '∉', 0xd0: '∠', 0xd1: '∇', 0xd2: '®', 0xd3: '©',
  0xd4: '™', 0xd5: '∏', 0xd6: '√', 0xd7: '⋅', 0xd8: '¬', 0xd9: '∧', 0xda: '∨', 0xdb: '⇔', 0xdc: '⇐', 0xdd: '⇑',
  0xde: '⇒', 0xdf: '⇓', 0xe2: '®', 0xe3: '©', 0xe4: '™', 0xe5: '∑', 0xf2: '∫',
}; // prettier-ignore

const WINGDINGS: Readonly<Record<number, string>> = {
  0x22: '✂', 0x28: '☎', 0x2a: '✉', 0x36: '⌛', 0x3c: '💾', 0x41: '✌', 0x46: '☞', 0x4a: '☺', 0x4c: '☹', 0x6c: '●',
  0x6d: '❍', 0x6e: '■', 0x6f: '□', 0x71: '❑', 0x72: '❒', 0x74: '⧫', 0x75: '◆', 0x76: '❖', 0x77: '⬥', 0x78: '☒',
  0x7d: '”', 0xa1: '○', 0xa7: '▪', 0xa8: '☐', 0xaa: '✦', 0xab: '★', 0xd8: '➢', 0xdf: '←', 0xe0: '→', 0xe1: '↑',
  0xe2: '↓', 0xe8: '➔', 0xef: '⇦', 0xf0: '⇨', 0xf3: '⬄', 0xfb: '✗', 0xfc: '✓', 0xfd: '☒', 0xfe: '☑',
}; // prettier-ignore

const WINGDINGS_2: Readonly<Record<number, string>> = {
  0x4f: '✗', 0x50: '✓', 0x51: '☒', 0x52: '☑', 0x53: '☒', 0x54: '☒', 0xa3: '☐', 0x97: '•', 0x98: '●',
}; // prettier-ignore

/** One sign of such a font. @returns U+FFFD for a picture that no letter stands for */
export function symbolSign(font: string | undefined, code: number): string {
  const place = code >= 0xf000 && code <= 0xf0ff ? code - 0xf000 : code;
  if (place > 0xff)
    return code <= 0x10ffff && (code < 0xd800 || code > 0xdfff) ? String.fromCodePoint(code) : '';
  const name = font?.trim().toLowerCase() ?? '';
  if (name === 'symbol') return symbolLetter(place) ?? String.fromCharCode(place);
  if (name === 'wingdings') return place === 0x20 ? ' ' : (WINGDINGS[place] ?? '\ufffd');
  if (name.startsWith('wingdings') || name === 'webdings')
    return place === 0x20 ? ' ' : (WINGDINGS_2[place] ?? '\ufffd');
  return place < 0x20 ? '' : String.fromCharCode(place);
}

function symbolLetter(place: number): string | undefined {
  if (place >= 0x41 && place <= 0x5a) return SYMBOL_UPPER[place - 0x41];
  if (place >= 0x61 && place <= 0x7a) return SYMBOL_LOWER[place - 0x61];
  return SYMBOL[place];
}

const IS_SYMBOL_FONT = /^(?:symbol|wingdings(?: [23])?|webdings)$/i;

/** Text set in a symbol font; its letters lie at their own codes or in the private area. */
export function symbolText(font: string | undefined, text: string): string {
  const isSymbol = font !== undefined && IS_SYMBOL_FONT.test(font.trim());
  if (!isSymbol) return text.replaceAll(/[\uf020-\uf0ff]/g, (sign) => privateSign(sign));
  return Array.from(text, (sign) => symbolSign(font, sign.codePointAt(0) ?? 0)).join('');
}

/** Private codes without a font's name are bullets nearly always. */
function privateSign(sign: string): string {
  return sign === '\uf0b7' || sign === '\uf0a7' ? '•' : symbolSign('Wingdings', sign.charCodeAt(0));
}
