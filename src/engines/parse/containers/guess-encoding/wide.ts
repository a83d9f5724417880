import { decodeStrictly } from '../decode.ts';
import { confidenceOf, count, type Matches } from './matches.ts';

interface WideEncoding {
  /** As the detector and as the encoding standard name it. */
  readonly name: string;
  readonly label: string;
  /** First bytes of what texts are mostly written with: the first level of the standard, and its own script. */
  readonly common: RegExp;
  /** The script that no other language has; Chinese has none. */
  readonly script?: RegExp;
  /** Share of that script from which a short text is surely in the encoding. */
  readonly mostly?: number;
}

const ENCODINGS: readonly WideEncoding[] = [
  { name: 'EUC-KR', label: 'euc-kr', common: /^[\xb0-\xc8]/, script: /\p{sc=Hang}/gu, mostly: 0.95 },
  { name: 'EUC-JP', label: 'euc-jp', common: /^[\xa4\xa5\xb0-\xcf]/, script: /[ぁ-ヾ]/gu, mostly: 0.6 },
  { name: 'Shift_JIS', label: 'shift_jis', common: /^[\x82\x83\x88-\x98]/, script: /[ぁ-ヾ]/gu, mostly: 0.6 },
  { name: 'GB18030', label: 'gb18030', common: /^[\xb0-\xd7]/ },
  { name: 'Big5', label: 'big5', common: /^[\xa4-\xc6]/ },
];

/** Signs fewer than these come out of Western text by chance. */
const FEWEST_SIGNS = 4;
/** Share of signs that are none of East Asia's above which the reading is a wrong one. */
const MOST_OTHERS = 0.1;
/** Share of signs that stand next to a Latin letter: those of Western words nearly all do. */
const MOST_GLUED = 0.2;
/** Share of common signs; where the detector is sure, names and old signs may be many. */
const LEAST_COMMON = 0.85;
const LEAST_COMMON_IF_SURE = 0.5;
const SURE = 60;
/** Japanese of some length has kana by this share, and Chinese, which may name some, has not. */
const LEAST_KANA = 0.25;
const LONG = 8;

/** Text in Chinese, Japanese or Korean, whose signs take two bytes. */
export function guessWide(sample: Buffer, found: Matches): string | undefined {
  const bytes = sample.toString('latin1');
  let best: string | undefined;
  let highest = 0;
  for (const encoding of ENCODINGS) {
    const confidence = confidenceOf(found, [encoding.name]);
    if (confidence === 0) continue;
    const text = decodeStrictly(encoding.label, sample, { isHead: true });
    if (text === undefined || !readsWell(text)) continue;
    const common = commonShare(bytes, encoding);
    if (common < (confidence >= SURE ? LEAST_COMMON_IF_SURE : LEAST_COMMON)) continue;
    const rank = confidence + common * 20 + ownBonus(text, bytes, encoding);
    if (rank > highest) [best, highest] = [encoding.label, rank];
  }
  return best;
}

const EAST_ASIAN = String.raw`\p{sc=Han}\p{sc=Hira}\p{sc=Kana}\p{sc=Hang}`;
const SIGNS = new RegExp(`[${EAST_ASIAN}]`, 'gu');
const OTHERS = new RegExp(String.raw`[^${EAST_ASIAN}\p{ASCII}\p{P}\uff01-\uff5e\u3000]`, 'gu');
const GLUED = new RegExp(`[a-z][${EAST_ASIAN}]|[${EAST_ASIAN}][a-z]`, 'giu');

function readsWell(text: string): boolean {
  const signs = count(text, SIGNS);
  return (
    signs >= FEWEST_SIGNS &&
    count(text, OTHERS) <= signs * MOST_OTHERS &&
    count(text, GLUED) <= signs * MOST_GLUED
  );
}

/** Of the signs that are neither punctuation nor of full width. */
function commonShare(bytes: string, { common }: WideEncoding): number {
  const pairs = (bytes.match(PAIR) ?? []).filter((pair) => !/^[\x81\xa1-\xa3]/.test(pair));
  return pairs.filter((pair) => common.test(pair)).length / Math.max(1, pairs.length);
}
const PAIR = /[\x81-\xfe][\x40-\xfe]/g;

/** What speaks for an encoding where the detector, as in short texts, is no surer of one than of another. */
const SCRIPT_BONUS = 40;
/** Longer Chinese is all Hangul by chance too, when its common signs are taken for such. */
const LONG_HANGUL_BONUS = 15;
const NO_SCRIPT = -15;
/** Big5 alone has second bytes that are letters of ASCII in most of its signs. */
const BIG5_BONUS = 5;
const NO_BIG5 = -10;

function ownBonus(text: string, bytes: string, { name, script, mostly = 1 }: WideEncoding): number {
  if (name === 'Big5') return /[\x81-\xfe][\x40-\x7e]/.test(bytes) ? BIG5_BONUS : NO_BIG5;
  if (!script) return 0;
  const signs = count(text, SIGNS);
  const share = count(text, script) / signs;
  if (name === 'EUC-KR' && signs > LONG) return share > mostly ? LONG_HANGUL_BONUS : NO_SCRIPT;
  const isOwn = share > mostly || (name !== 'EUC-KR' && share > LEAST_KANA && signs >= LONG);
  return isOwn ? SCRIPT_BONUS : NO_SCRIPT;
}
