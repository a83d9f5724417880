import type { SignInk } from '../../src/engines/parse/liteparse/digits/sign-picture.ts';
import { cutOut, type Random } from './warp.ts';

const pick = <T>(list: readonly T[], random: Random): T => list[Math.floor(random() * list.length)]!;

/** What is no digit: letters, two digits in one, and several strokes of any kind. */
export function noDigit(digits: readonly SignInk[], letters: readonly SignInk[], random: Random): SignInk {
  const kind = random();
  if (kind < 0.55) return pick(letters, random);
  return kind < 0.8 ? pair(pick(digits, random), pick(digits, random), random) : strokes(random);
}

function pair(a: SignInk, b: SignInk, random: Random): SignInk {
  const touch = Math.floor(random() * 5);
  const width = a.width + b.width - touch;
  const height = Math.max(a.height, b.height);
  const ink = new Float32Array(width * height);
  for (const [one, x0] of [
    [a, 0],
    [b, a.width - touch],
  ] as const) {
    const y0 = Math.floor((height - one.height) * random());
    for (let y = 0; y < one.height; y += 1) {
      for (let x = 0; x < one.width; x += 1) {
        const to = (y0 + y) * width + x0 + x;
        ink[to] = Math.max(ink[to]!, one.ink[y * one.width + x]!);
      }
    }
  }
  return { width, height, ink };
}

/** Three to five bent strokes; one or two may well look like a digit. */
function strokes(random: Random): SignInk {
  const side = 48;
  const ink = new Float32Array(side * side);
  const count = 3 + Math.floor(random() * 3);
  const pen = 1 + random() * 3;
  for (let stroke = 0; stroke < count; stroke += 1) {
    const [a, b, c] = [0, 1, 2].map(() => [4 + random() * 40, 4 + random() * 40] as const);
    for (let step = 0; step <= 60; step += 1) {
      const t = step / 60;
      const x = a![0] * (1 - t) ** 2 + 2 * b![0] * t * (1 - t) + c![0] * t * t;
      const y = a![1] * (1 - t) ** 2 + 2 * b![1] * t * (1 - t) + c![1] * t * t;
      dot(ink, side, x, y, pen);
    }
  }
  return cutOut({ width: side, height: side, ink }) ?? { width: side, height: side, ink };
}

function dot(ink: Float32Array, side: number, x: number, y: number, pen: number): void {
  for (let row = Math.max(0, Math.floor(y - pen)); row <= Math.min(side - 1, y + pen); row += 1) {
    for (let column = Math.max(0, Math.floor(x - pen)); column <= Math.min(side - 1, x + pen); column += 1)
      if ((column - x) ** 2 + (row - y) ** 2 <= (pen * pen) / 2 + 0.5) ink[row * side + column] = 1;
  }
}
