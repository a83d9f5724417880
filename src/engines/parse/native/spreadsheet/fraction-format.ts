import { literals, type FormatToken } from './format-tokens.ts';

/** A number as a fraction: `# ?/?`, `# ??/??` or with a given denominator, `# ?/8`. @param slash where the slash stands */
export function fractionText(tokens: readonly FormatToken[], slash: number, value: number): string {
  let start = slash;
  while (tokens[start - 1]?.kind === 'digit') start -= 1;
  let end = slash + 1;
  while (isDenominator(tokens[end])) end += 1;
  const denominator = tokens.slice(slash + 1, end);
  const given = Number(denominator.map((token) => (token.kind === 'literal' ? token.text : '')).join(''));
  const hasWhole = tokens.slice(0, start).some((token) => token.kind === 'digit');
  const whole = hasWhole ? Math.floor(value) : 0;
  const rest = value - whole;
  const [over, under] =
    given > 0 ? [Math.round(rest * given), given] : nearest(rest, 10 ** Math.min(denominator.length, 5) - 1);
  const carried = hasWhole && over === under;
  const shownWhole = whole + (carried ? 1 : 0);
  const parts = [
    hasWhole && (shownWhole > 0 || over === 0 || carried) ? String(shownWhole) : '',
    over === 0 && hasWhole ? '' : carried ? '' : `${over}/${under}`,
  ];
  const text = parts.filter((part) => part !== '').join(' ');
  return `${text === '' ? '0' : text}${literals(tokens.slice(end))}`;
}

function isDenominator(token: FormatToken | undefined): boolean {
  return token?.kind === 'digit' || (token?.kind === 'literal' && /^\d$/.test(token.text));
}

/** The fraction nearest to a number from 0 on, by continued fractions. @param most the largest denominator */
function nearest(value: number, most: number): [over: number, under: number] {
  let [lowOver, lowUnder, over, under] = [1, 0, Math.floor(value), 1];
  let rest = value - Math.floor(value);
  for (let step = 0; step < 20 && rest > 1e-9; step += 1) {
    const term = Math.floor(1 / rest);
    const nextUnder = term * under + lowUnder;
    if (nextUnder > most) break;
    [lowOver, lowUnder, over, under] = [over, under, term * over + lowOver, nextUnder];
    rest = 1 / rest - term;
  }
  return [over, under];
}
