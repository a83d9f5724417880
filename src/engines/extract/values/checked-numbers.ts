import type { ReadValue } from './read-value.ts';

/** Lengths of IBANs, by country (ISO 13616 registry). */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DK18 DO28 EE20 EG29 ES24 FI18 ' +
    'FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 LB28 LC32 LI21 LT20 ' +
    'LU20 LV21 MC27 MD24 ME22 MK19 MR27 MT31 MU30 NL18 NO15 PK24 PL28 PS29 PT25 QA29 RO24 RS22 SA24 SC31 SE24 SI19 ' +
    'SK24 SM27 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))]),
);

/** Account numbers whose length and check digits are right (ISO 13616), without spaces. */
export function findIbans(text: string): ReadValue[] {
  if (text.length > 2_000) return [];
  const found: ReadValue[] = [];
  for (const match of text.matchAll(/(?<![\p{L}\d])[A-Z]{2}\s?\d{2}(?:\s?[A-Z0-9]){11,30}/gu)) {
    const length = IBAN_LENGTHS.get(match[0].slice(0, 2));
    if (length === undefined) continue;
    const written = firstSigns(match[0], length);
    const value = written?.replace(/\s/g, '');
    if (written === undefined || value === undefined || !isIban(value)) continue;
    found.push({ value, text: written, index: match.index, fit: 1 });
  }
  return found;
}

function firstSigns(text: string, count: number): string | undefined {
  let seen = 0;
  for (let index = 0; index < text.length; index += 1) {
    if (text[index] !== ' ') seen += 1;
    if (seen === count) return text.slice(0, index + 1);
  }
  return undefined;
}

/** Whether the country has accounts of this length and the check digits are right. */
export function isIban(value: string): boolean {
  if (IBAN_LENGTHS.get(value.slice(0, 2)) !== value.length) return false;
  const turned = value.slice(4) + value.slice(0, 4);
  let rest = 0;
  for (const sign of turned) {
    const digits = /\d/.test(sign) ? sign : String(sign.charCodeAt(0) - 55);
    for (const digit of digits) rest = (rest * 10 + Number(digit)) % 97;
  }
  return rest === 1;
}

/** Forms of VAT numbers in the European Union and beside it. */
const VAT_FORMS =
  /(?<![\p{L}\d])(?:ATU\d{8}|BE[01]\d{9}|BG\d{9,10}|CHE-?\d{3}\.?\d{3}\.?\d{3}(?: ?(?:MWST|TVA|IVA))?|CY\d{8}[A-Z]|CZ\d{8,10}|DE ?\d{3} ?\d{3} ?\d{3}|DK ?(?:\d{2} ?){4}|EE\d{9}|EL\d{9}|ES[A-Z0-9]\d{7}[A-Z0-9]|FI\d{8}|FR ?[A-Z0-9]{2} ?\d{3} ?\d{3} ?\d{3}|GB ?\d{3} ?\d{4} ?\d{2}|HR\d{11}|HU\d{8}|IE\d[A-Z0-9+*]\d{5}[A-Z]{1,2}|IT\d{11}|LT(?:\d{9}|\d{12})|LU\d{8}|LV\d{11}|MT\d{8}|NL ?\d{9}B\d{2}|PL\d{10}|PT\d{9}|RO\d{2,10}|SE\d{12}|SI\d{8}|SK\d{10})(?![\p{L}\d])/gu;

/** VAT numbers by their countries' forms; one whose check digits are known to be wrong fits less. */
export function findVatNumbers(text: string): ReadValue[] {
  if (text.length > 2_000) return [];
  return [...text.matchAll(VAT_FORMS)].map((match): ReadValue => {
    const bare = match[0].replace(/\s/g, '');
    return {
      value: match[0].trim(),
      text: match[0].trim(),
      index: match.index,
      fit: hasRightCheck(bare) ? 1 : 0.85,
    };
  });
}

/** Check digits of the two commonest numbers: Germany (ISO 7064, 11,10) and France (97); others are taken as they are. */
function hasRightCheck(value: string): boolean {
  const digits = value.slice(2).split('').map(Number);
  if (value.startsWith('DE')) {
    let product = 10;
    for (const digit of digits.slice(0, 8)) {
      const sum = (digit + product) % 10;
      product = (2 * (sum === 0 ? 10 : sum)) % 11;
    }
    return (11 - product) % 10 === digits[8];
  }
  if (/^FR\d{11}$/.test(value)) {
    return (12 + 3 * (Number(value.slice(4)) % 97)) % 97 === Number(value.slice(2, 4));
  }
  return true;
}
