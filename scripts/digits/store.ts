import type { Parts } from '../../src/engines/parse/liteparse/digits/digit-net.ts';

const LINE = 108;

/** Each part as one byte a number, with what a step of it is worth: a quarter of the size, and hardly less exact. */
export function storedParts(parts: Parts): string {
  const scales: number[] = [];
  const bytes = parts.map((part) => {
    const most = part.reduce((a, b) => Math.max(a, Math.abs(b)), 1e-6);
    const scale = most / 127;
    scales.push(Number(scale.toPrecision(8)));
    return Int8Array.from(part, (value) => Math.round(value / scale));
  });
  const text = Buffer.concat(bytes.map((one) => Buffer.from(one.buffer))).toString('base64');
  const lines = text.match(new RegExp(`.{1,${LINE}}`, 'g')) ?? [];
  return [
    '/** Made by `scripts/train-digits.ts`; see docs/parsing.md. What one step of each part is worth. */',
    'export const SCALES: readonly number[] = [',
    ...scales.map((scale) => `  ${scale},`),
    '];',
    '',
    '/** The parts one after the other, one signed byte a number, in base64. */',
    'export const WEIGHTS = [',
    ...lines.map((line) => `  '${line}',`),
    "].join('');",
    '',
  ].join('\n');
}
