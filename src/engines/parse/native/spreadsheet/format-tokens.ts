/** A piece of a number format (ECMA-376 part 1, 18.8.31). */
export type FormatToken =
  | { readonly kind: 'literal'; readonly text: string }
  /** A place for one digit. */
  | { readonly kind: 'digit'; readonly sign: '0' | '#' | '?' }
  | { readonly kind: 'point' | 'comma' | 'percent' | 'slash' | 'general' | 'text' }
  | { readonly kind: 'exponent'; readonly plus: boolean }
  /** Part of a date or a time: a run of one letter of y, m, d, h, s. */
  | { readonly kind: 'date'; readonly letter: string; readonly length: number }
  /** Hours, minutes or seconds that count on beyond a day. */
  | { readonly kind: 'elapsed'; readonly letter: string; readonly length: number }
  | { readonly kind: 'half-day'; readonly short: boolean };

/** One of the up to four sections of a format. */
export interface FormatSection {
  readonly tokens: readonly FormatToken[];
  /** Numbers that the section is for, where it says so itself. */
  readonly applies?: (value: number) => boolean;
}

/** Longer formats are not formats. */
const LONGEST_FORMAT = 1_000;

/** Cuts a format code into its sections. */
export function formatSections(code: string): FormatSection[] {
  const text = code.slice(0, LONGEST_FORMAT);
  const sections: FormatSection[] = [];
  let tokens: FormatToken[] = [];
  let applies: FormatSection['applies'];
  const pattern = /"([^"]*)"?|\\(.)|[_*](.)|\[([^\]]*)\]|General|AM\/PM|A\/P|E[+-]|([ymdhsbeg])\5*|[^]/giu;
  for (const match of text.matchAll(pattern)) {
    const [whole, quoted, escaped, padding, bracket, letter] = match;
    if (whole === ';') {
      sections.push({ tokens, ...(applies && { applies }) });
      tokens = [];
      applies = undefined;
    } else if (bracket !== undefined) {
      applies = condition(bracket) ?? applies;
      const token = bracketToken(bracket);
      if (token) tokens.push(token);
    } else if (padding !== undefined) {
      // A blank as wide as a sign; a sign that fills the cell shows nothing that is content.
      if (whole.startsWith('_')) tokens.push({ kind: 'literal', text: ' ' });
    } else if (quoted !== undefined || escaped !== undefined) {
      tokens.push({ kind: 'literal', text: quoted ?? escaped ?? '' });
    } else if (letter !== undefined) {
      tokens.push(letterToken(whole));
    } else tokens.push(signToken(whole));
  }
  sections.push({ tokens, ...(applies && { applies }) });
  return sections;
}

const ELAPSED = /^(?:h+|m+|s+)$/i;

function bracketToken(content: string): FormatToken | undefined {
  if (ELAPSED.test(content))
    return { kind: 'elapsed', letter: (content[0] ?? '').toLowerCase(), length: content.length };
  const currency = /^\$([^-]*)/.exec(content)?.[1];
  return currency === undefined || currency === '' ? undefined : { kind: 'literal', text: currency };
}

function condition(content: string): FormatSection['applies'] {
  const match = /^(<=|>=|<>|<|>|=)(-?\d+(?:\.\d+)?)$/.exec(content.trim());
  if (!match) return undefined;
  const limit = Number(match[2]);
  switch (match[1]) {
    case '<':
      return (value) => value < limit;
    case '<=':
      return (value) => value <= limit;
    case '>':
      return (value) => value > limit;
    case '>=':
      return (value) => value >= limit;
    case '<>':
      return (value) => value !== limit;
    default:
      return (value) => value === limit;
  }
}

function letterToken(run: string): FormatToken {
  const letter = (run[0] ?? '').toLowerCase();
  // Years of other eras are shown as common ones; the era's name is not known.
  if (letter === 'g') return { kind: 'literal', text: '' };
  if (letter === 'e' || letter === 'b') return { kind: 'date', letter: 'y', length: 4 };
  return { kind: 'date', letter, length: run.length };
}

function signToken(sign: string): FormatToken {
  switch (sign) {
    case '0':
    case '#':
    case '?':
      return { kind: 'digit', sign };
    case '.':
      return { kind: 'point' };
    case ',':
      return { kind: 'comma' };
    case '%':
      return { kind: 'percent' };
    case '/':
      return { kind: 'slash' };
    case '@':
      return { kind: 'text' };
  }
  const word = sign.toUpperCase();
  if (word === 'GENERAL') return { kind: 'general' };
  if (word === 'AM/PM' || word === 'A/P') return { kind: 'half-day', short: word === 'A/P' };
  if (word === 'E+' || word === 'E-') return { kind: 'exponent', plus: word === 'E+' };
  return { kind: 'literal', text: sign };
}

/** What a section shows apart from digits. */
export function literals(tokens: readonly FormatToken[]): string {
  return tokens
    .map((token) => {
      switch (token.kind) {
        case 'literal':
          return token.text;
        case 'percent':
          return '%';
        case 'point':
          return '.';
        case 'slash':
          return '/';
        default:
          return '';
      }
    })
    .join('');
}
