import type { FormatToken } from './format-tokens.ts';

const MONTHS = [
  'January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November',
  'December',
] as const; // prettier-ignore
const DAYS = ['Sunday', 'Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday'] as const;
const DAY_SECONDS = 86_400;
/** The last day that Excel knows: the end of 9999. */
const LAST_DAY = 2_958_466;

/**
 * A number of days as a date or time. Day 60 of 1900 does not exist; days before it are counted one off
 * (ECMA-376 part 1, 18.17.4.1).
 * @returns undefined for numbers that are no dates
 */
export function dateText(
  tokens: readonly FormatToken[],
  days: number,
  date1904: boolean,
): string | undefined {
  if (days < 0 || days >= LAST_DAY) return undefined;
  const fractionDigits = secondDigits(tokens);
  const precision = 10 ** fractionDigits;
  const seconds = Math.round(days * DAY_SECONDS * precision) / precision;
  const shift = date1904 ? 1462 : days < 60 ? 1 : 0;
  const date = new Date(Date.UTC(1899, 11, 30 + shift) + Math.floor(seconds) * 1000);
  const clock: Clock = {
    date,
    seconds,
    fraction: (seconds % 1).toFixed(fractionDigits).slice(1),
    halfDay: tokens.some((token) => token.kind === 'half-day'),
  };
  const parts = tokens.map((token, index) => partText(tokens, index, token, clock));
  return parts.join('').replaceAll(/\s+/g, ' ').trim();
}

interface Clock {
  readonly date: Date;
  /** Since day 0. */
  readonly seconds: number;
  /** The part of a second that is shown, with its point. */
  readonly fraction: string;
  readonly halfDay: boolean;
}

function partText(tokens: readonly FormatToken[], index: number, token: FormatToken, clock: Clock): string {
  switch (token.kind) {
    case 'literal':
      return token.text;
    case 'date':
      return token.letter === 'm' && isMinute(tokens, index)
        ? padded(clock.date.getUTCMinutes(), token.length)
        : fieldText(token.letter, token.length, clock);
    case 'elapsed': {
      const unit = token.letter === 'h' ? 3600 : token.letter === 'm' ? 60 : 1;
      return padded(Math.floor(clock.seconds / unit), token.length);
    }
    case 'half-day': {
      const half = clock.date.getUTCHours() < 12 ? 'AM' : 'PM';
      return token.short ? half.slice(0, 1) : half;
    }
    case 'point':
      return isSecondFraction(tokens, index) ? clock.fraction : '.';
    case 'comma':
      return ',';
    case 'slash':
      return '/';
    default:
      return '';
  }
}

function fieldText(letter: string, length: number, { date, halfDay }: Clock): string {
  switch (letter) {
    case 'y':
      return length > 2 ? String(date.getUTCFullYear()) : padded(date.getUTCFullYear() % 100, 2);
    case 'm': {
      const name = MONTHS[date.getUTCMonth()] ?? '';
      if (length >= 5) return name.slice(0, 1);
      return length === 4 ? name : length === 3 ? name.slice(0, 3) : padded(date.getUTCMonth() + 1, length);
    }
    case 'd': {
      const name = DAYS[date.getUTCDay()] ?? '';
      return length >= 4 ? name : length === 3 ? name.slice(0, 3) : padded(date.getUTCDate(), length);
    }
    case 'h': {
      const hours = date.getUTCHours();
      return padded(halfDay ? ((hours + 11) % 12) + 1 : hours, length);
    }
    default:
      return padded(date.getUTCSeconds(), length);
  }
}

function padded(value: number, length: number): string {
  return String(value).padStart(Math.min(length, 2), '0');
}

/** `m` is a minute after hours and before seconds, and a month elsewhere. */
function isMinute(tokens: readonly FormatToken[], index: number): boolean {
  const isField = (token: FormatToken) => token.kind === 'date' || token.kind === 'elapsed';
  const before = tokens.slice(0, index).findLast(isField);
  const after = tokens.slice(index + 1).find(isField);
  return letterOf(before) === 'h' || letterOf(after) === 's';
}

function letterOf(token: FormatToken | undefined): string {
  return token && (token.kind === 'date' || token.kind === 'elapsed') ? token.letter : '';
}

function isSecondFraction(tokens: readonly FormatToken[], index: number): boolean {
  return letterOf(tokens[index - 1]) === 's' && tokens[index + 1]?.kind === 'digit';
}

/** Decimal places of seconds that a format shows. */
function secondDigits(tokens: readonly FormatToken[]): number {
  const point = tokens.findIndex((token, index) => token.kind === 'point' && isSecondFraction(tokens, index));
  if (point < 0) return 0;
  let digits = 0;
  while (digits < 3 && tokens[point + 1 + digits]?.kind === 'digit') digits += 1;
  return digits;
}
