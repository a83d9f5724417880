import { decodeStrictly } from './decode.ts';

type Utf16 = 'utf-16le' | 'utf-16be';

const SAMPLE_BYTES = 2000;
/** Units fewer than these may be anything. */
const FEWEST_UNITS = 4;
/** Share of units beyond ASCII that are letters of one script. */
const MOSTLY = 0.9;
/**
 * Scripts by which text is known. Han is none of them: two letters of ASCII after each other are one of its signs, so that
 * programs and data would be read as Chinese.
 */
const SCRIPTS = ['Cyrl', 'Grek', 'Hebr', 'Arab', 'Thai', 'Hang', 'Deva'].map(
  (script) => new RegExp(String.raw`[\p{sc=${script}}\p{M}]`, 'gu'),
);

/** Which UTF-16 the beginning of bytes without a mark is, if it is: by the zeros of Latin letters, or letters of one script. */
export function unmarkedUtf16(bytes: Uint8Array): Utf16 | undefined {
  const sample = bytes.subarray(0, SAMPLE_BYTES);
  return byZeros(sample) ?? (['utf-16le', 'utf-16be'] as const).find((label) => isOfOneScript(sample, label));
}

/** Latin text in UTF-16 has every other byte zero. */
function byZeros(sample: Uint8Array): Utf16 | undefined {
  let even = 0;
  let odd = 0;
  for (const [index, byte] of sample.entries()) {
    if (byte !== 0) continue;
    if (index % 2 === 0) even += 1;
    else odd += 1;
  }
  const half = sample.length / 2;
  if (odd > half * 0.7 && even < half * 0.05) return 'utf-16le';
  if (even > half * 0.7 && odd < half * 0.05) return 'utf-16be';
  return undefined;
}

function isOfOneScript(sample: Uint8Array, label: Utf16): boolean {
  const text = decodeStrictly(label, sample, { isHead: true });
  const foreign = text?.match(/[^\p{ASCII}\p{P}\xa0№€]/gu)?.length ?? 0;
  if (text === undefined || foreign < FEWEST_UNITS || foreign < text.length / 4) return false;
  return SCRIPTS.some((script) => (text.match(script)?.length ?? 0) >= foreign * MOSTLY);
}
