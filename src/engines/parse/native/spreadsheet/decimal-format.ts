import { literals, type FormatToken } from './format-tokens.ts';
import { fractionText } from './fraction-format.ts';

/** Digits that a spreadsheet keeps of a number. */
const SIGNIFICANT = 15;

/** A number in the format General: all its digits, without the noise of binary fractions. */
export function generalText(value: number): string {
  const text = String(Number(value.toPrecision(SIGNIFICANT)));
  return text.replace(/e([+-])(\d)$/, 'E$10$2').replace('e', 'E');
}

/** A number, without its sign, as a section that is no date shows it. */
export function decimalText(tokens: readonly FormatToken[], value: number): string {
  if (tokens.some((token) => token.kind === 'general' || token.kind === 'text'))
    return withGeneral(tokens, value);
  if (!tokens.some((token) => token.kind === 'digit')) return literals(tokens);
  const percents = tokens.filter((token) => token.kind === 'percent').length;
  const scaled = value * 100 ** percents;
  const slash = tokens.findIndex((token) => token.kind === 'slash');
  if (slash > 0 && tokens[slash - 1]?.kind === 'digit') return fractionText(tokens, slash, scaled);
  const exponent = tokens.findIndex((token) => token.kind === 'exponent');
  return exponent < 0 ? plain(tokens, scaled) : scientific(tokens, exponent, scaled);
}

function withGeneral(tokens: readonly FormatToken[], value: number): string {
  return tokens
    .map((token) =>
      token.kind === 'general' || token.kind === 'text' ? generalText(value) : literals([token]),
    )
    .join('');
}

function plain(tokens: readonly FormatToken[], value: number): string {
  const point = tokens.findIndex((token) => token.kind === 'point');
  const end = point < 0 ? tokens.length : point;
  const whole = tokens.slice(0, end);
  const isDigit = (token: FormatToken) => token.kind === 'digit';
  // Commas behind the last place divide by a thousand each; others group.
  const thousands = [end - 1, tokens.length - 1]
    .map((from) => trailingCommas(tokens, from))
    .reduce((sum, count, index) => (index === 1 && point < 0 ? sum : sum + count), 0);
  const last = whole.findLastIndex(isDigit);
  const grouped = whole.some((token, index) => token.kind === 'comma' && index < last);
  const decimals = point < 0 ? [] : tokens.slice(point + 1);
  const places = decimals.filter((token) => token.kind === 'digit').length;
  const [integer = '0', fraction = ''] = fixed(value / 1000 ** thousands, places).split('.');
  const shown = wholeText(whole, integer === '0' ? '' : integer, grouped);
  return point < 0 ? shown : shown + decimalsText(decimals, fraction);
}

/** Commas that follow the last place for a digit before `from`. */
function trailingCommas(tokens: readonly FormatToken[], from: number): number {
  let index = from;
  while (index >= 0 && tokens[index]?.kind !== 'comma' && tokens[index]?.kind !== 'digit') index -= 1;
  let count = 0;
  while (tokens[index - count]?.kind === 'comma') count += 1;
  return count;
}

/** Digits go into their places from the right; what is left over stands before the first place. */
function wholeText(tokens: readonly FormatToken[], digits: string, grouped: boolean): string {
  const first = tokens.findIndex((token) => token.kind === 'digit');
  let left = digits.length;
  let shown = 0;
  let text = '';
  const put = (digit: string) => {
    if (grouped && shown > 0 && shown % 3 === 0) text = `,${text}`;
    text = digit + text;
    shown += 1;
  };
  for (let index = tokens.length - 1; index >= 0; index -= 1) {
    const token = tokens[index];
    if (token?.kind === 'digit') {
      if (left > 0) put(digits[(left -= 1)] ?? '');
      else if (token.sign === '0') put('0');
      while (index === first && left > 0) put(digits[(left -= 1)] ?? '');
    } else if (token) text = literals([token]) + text;
  }
  return text;
}

function decimalsText(tokens: readonly FormatToken[], fraction: string): string {
  const needed = tokens.filter((token) => token.kind === 'digit');
  let kept = fraction.length;
  while (kept > 0 && fraction[kept - 1] === '0' && needed[kept - 1]?.sign !== '0') kept -= 1;
  let place = 0;
  const rest = tokens.map((token) => {
    if (token.kind !== 'digit') return literals([token]);
    place += 1;
    return place <= kept ? (fraction[place - 1] ?? '') : '';
  });
  return (kept > 0 ? '.' : '') + rest.join('');
}

function scientific(tokens: readonly FormatToken[], at: number, value: number): string {
  const mantissa = tokens.slice(0, at);
  const point = mantissa.findIndex((token) => token.kind === 'point');
  const wholePlaces = Math.max(
    1,
    mantissa.slice(0, point < 0 ? at : point).filter((token) => token.kind === 'digit').length,
  );
  const raw = value === 0 ? 0 : Math.floor(Math.log10(value));
  const exponent = Math.floor(raw / wholePlaces) * wholePlaces;
  const token = tokens[at];
  const sign = exponent < 0 ? '-' : token?.kind === 'exponent' && token.plus ? '+' : '';
  const places = tokens.slice(at + 1).filter((one) => one.kind === 'digit').length;
  const digits = String(Math.abs(exponent)).padStart(places, '0');
  return `${plain(mantissa, value / 10 ** exponent)}E${sign}${digits}${literals(tokens.slice(at + 1))}`;
}

/** Rounds as a spreadsheet does: halves away from zero, on the decimal digits. @param places at most 30 */
export function fixed(value: number, places: number): string {
  const most = Math.min(places, 30);
  const clean = Number(value.toPrecision(SIGNIFICANT));
  const text = String(clean);
  if (clean >= 1e21) return `${BigInt(clean)}${most > 0 ? `.${'0'.repeat(most)}` : ''}`;
  const moved = text.includes('e') ? Number.NaN : Math.round(Number(`${text}e${most}`));
  return Number.isSafeInteger(moved) ? Number(`${moved}e-${most}`).toFixed(most) : clean.toFixed(most);
}
