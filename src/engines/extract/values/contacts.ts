import type { ReadValue } from './read-value.ts';

const EMAIL = /[\p{L}\d._%+-]{1,64}@[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{2,63}){1,4}/u;
const URL =
  /(?:https?:\/\/[^\s<>"')]{3,300}|(?<![@\p{L}\d])www\.[\p{L}\d-]{1,63}(?:\.[\p{L}\d-]{2,63}){1,4}(?:\/[^\s<>"')]{0,200})?)/u;
const BARE_HOST =
  /(?<![@\p{L}\d.])[\p{L}\d-]{2,63}(?:\.[\p{L}\d-]{2,63}){0,3}\.(?:com|org|net|de|fr|nl|eu|io|co|at|ch|be|uk|gov|edu|info)\b(?:\/[^\s<>"')]{0,200})?/u;
const PHONE = /(?<![\p{L}\d,.])(?:\+|\(\+?)?\d[\d\s()/.–-]{5,22}\d(?![\d]|[.,]\d)/u;

/** Mail addresses, web addresses and telephone numbers, the first of a text. */
export function readContact(kind: 'email' | 'url' | 'phone', text: string): ReadValue | undefined {
  if (text.length > 2_000) return undefined;
  const match =
    kind === 'email'
      ? EMAIL.exec(text)
      : kind === 'url'
        ? (URL.exec(text) ?? BARE_HOST.exec(text))
        : PHONE.exec(text);
  if (!match) return undefined;
  const found = match[0].replace(/[.,;]+$/, '');
  if (kind === 'phone') {
    const digits = found.replace(/\D/g, '').length;
    if (digits < 6 || digits > 15 || /^\d{1,2}[./]\d{1,2}[./]\d{2,4}$/.test(found)) return undefined;
  }
  return { value: found, text: found, index: match.index, fit: 1 };
}
