import { decodeStrictly } from '../decode.ts';
import { confidenceOf, count, type Matches } from './matches.ts';

interface Script {
  readonly letters: RegExp;
  /** The letters that its languages use most, which are most of any text. */
  readonly common: RegExp;
}

const CYRILLIC: Script = { letters: /\p{sc=Cyrl}/gu, common: /[оеаинтсрвлкмдпуіяј]/giu };
const GREEK: Script = { letters: /\p{sc=Grek}/gu, common: /[αοιετσςνηρκπυλάέήίόύώ]/giu };
const HEBREW: Script = { letters: /\p{sc=Hebr}/gu, common: /[יוהלאמםרתבשנחד]/gu };
const ARABIC: Script = { letters: /\p{sc=Arab}/gu, common: /[اليمنرتوبةسدع]/gu };

/** The detector names parts of ISO 8859 where no byte is outside them; the Windows code pages hold nearly all of these. */
const ENCODINGS: readonly (Script & { readonly names: readonly string[]; readonly label: string })[] = [
  { ...CYRILLIC, names: ['windows-1251'], label: 'windows-1251' },
  { ...CYRILLIC, names: ['KOI8-R'], label: 'koi8-r' },
  { ...CYRILLIC, names: ['ISO-8859-5'], label: 'iso-8859-5' },
  { ...GREEK, names: ['ISO-8859-7', 'windows-1253'], label: 'windows-1253' },
  { ...HEBREW, names: ['ISO-8859-8', 'windows-1255'], label: 'windows-1255' },
  { ...ARABIC, names: ['windows-1256'], label: 'windows-1256' },
];

/** Letters of words, fewer than which say nothing. */
const FEWEST_LETTERS = 5;
/** Share of words, or of signs, that may look wrong: texts name products and have slips. */
const SELDOM = 0.1;
const LEAST_COMMON = 0.6;
/** Counts against a text of capitals: KOI8-R has them where others have small letters, and texts are mostly small ones. */
const ALL_CAPITALS = 40;

/** Text in another script than Latin whose letters take one byte each. */
export function guessNarrow(sample: Buffer, found: Matches): string | undefined {
  let best: string | undefined;
  let highest = 0;
  for (const encoding of ENCODINGS) {
    const text = decodeStrictly(encoding.label, sample);
    if (text === undefined || !readsWell(text, encoding.letters)) continue;
    const common = count(text, encoding.common) / count(text, encoding.letters);
    const doubt = /[\p{Ll}\p{Lo}]/u.test(text) ? 0 : ALL_CAPITALS;
    const rank = common * 100 + confidenceOf(found, encoding.names) - doubt;
    if (common >= LEAST_COMMON && rank > highest)
      [best, highest] = [AT_A_LETTER.test(text) ? 'iso-8859-7' : encoding.label, rank];
  }
  return best;
}

/** Where Windows-1253 has this mark, ISO 8859-7 has a capital letter. */
const AT_A_LETTER = /¶\p{sc=Grek}/u;

/** Words are all of the script, with no capital after a small letter: others would be Western ones, wrongly read. */
function readsWell(text: string, letters: RegExp): boolean {
  const words = text.match(/[\p{L}\p{M}]+/gu)?.filter((word) => /\P{ASCII}/u.test(word)) ?? [];
  const long = words.filter((word) => word.length >= 3).join('');
  const odd = words.filter(isOdd).length;
  const own = count(text, letters);
  const others = count(text, /[^\p{ASCII}\p{P}\p{M}№°©®™€±\xa0]/gu) - own;
  return (
    count(long, letters) >= Math.max(FEWEST_LETTERS, own / 2) &&
    others <= own * SELDOM &&
    odd + count(text, /\p{L}[§°©®€±№¶]\p{L}/gu) <= words.length * SELDOM
  );
}

function isOdd(word: string): boolean {
  return /[a-z]/i.test(word) || /\p{Ll}\p{Lu}/u.test(word);
}
