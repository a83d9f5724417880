import { existsSync } from 'node:fs';
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

export function tesseractName(code: string): string {
  return TESSERACT_NAMES[code] ?? code;
}

/** Codes without data in `directory`. LiteParse would try to download them, so they are looked for beforehand. */
export function missingLanguages(codes: readonly string[], directory: string): readonly string[] {
  return codes.filter((code) => !existsSync(join(directory, `${tesseractName(code)}.traineddata`)));
}
