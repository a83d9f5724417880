import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** Contract codes (7.2) whose Tesseract data has another name. Any other code is its data's own name. */
const TESSERACT_NAMES: Readonly<Record<string, string>> = {
  af: 'afr', az: 'aze', bs: 'bos', cs: 'ces', cy: 'cym', da: 'dan', de: 'deu', en: 'eng', es: 'spa', et: 'est',
  fr: 'fra', ga: 'gle', hr: 'hrv', hu: 'hun', id: 'ind', is: 'isl', it: 'ita', ku: 'kmr', la: 'lat', lt: 'lit',
  lv: 'lav', mi: 'mri', ms: 'msa', mt: 'mlt', nl: 'nld', no: 'nor', oc: 'oci', pl: 'pol', pt: 'por', ro: 'ron',
  rs_latin: 'srp_latn', sk: 'slk', sl: 'slv', sq: 'sqi', sv: 'swe', sw: 'swa', tl: 'tgl', tr: 'tur', uz: 'uzb',
  vi: 'vie', ar: 'ara', fa: 'fas', ug: 'uig', ur: 'urd', bn: 'ben', as: 'asm', ru: 'rus', rs_cyrillic: 'srp',
  be: 'bel', bg: 'bul', uk: 'ukr', mn: 'mon', tjk: 'tgk', hi: 'hin', mr: 'mar', ne: 'nep', sa: 'san', th: 'tha',
  ch_sim: 'chi_sim', ch_tra: 'chi_tra', ja: 'jpn', ko: 'kor', ta: 'tam', te: 'tel', kn: 'kan',
}; // prettier-ignore

/** Tesseract languages of the contract's list for which no npm package is published. */
const UNPACKAGED: ReadonlySet<string> = new Set(['kmr', 'mri', 'oci', 'mon']);
const ENDING = '.traineddata';

export function tesseractName(code: string): string {
  return TESSERACT_NAMES[code] ?? code;
}

/** Codes without data in `directory`. LiteParse would try to download them, so they are looked for beforehand. */
export function missingLanguages(codes: readonly string[], directory: string): readonly string[] {
  return codes.filter((code) => !existsSync(join(directory, tesseractName(code) + ENDING)));
}

/** Tesseract's names of all languages that `directory` has data for. */
export function languagesIn(directory: string): readonly string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith(ENDING) && !name.startsWith('.'))
      .map((name) => name.slice(0, -ENDING.length))
      .toSorted();
  } catch {
    return [];
  }
}

/** How to get the data of languages that are missing: a clause without its full stop. */
export function languageMend(codes: readonly string[]): string {
  const names = codes.map(tesseractName);
  const packages = names.filter(hasPackage).map((name) => `@tesseract.js-data/${name}`);
  const files = names.map((name) => name + ENDING).join(' and ');
  const install =
    packages.length === 0 ? '' : `Install the npm package ${packages.join(' and ')} and restart, or put`;
  return `${install || 'Put'} ${files} into the directory that SHEAF_TESSDATA_DIR names`;
}

/** A code that is its own name has no Tesseract data that is published; somebody may have trained some. */
function hasPackage(name: string): boolean {
  return Object.values(TESSERACT_NAMES).includes(name) && !UNPACKAGED.has(name);
}
