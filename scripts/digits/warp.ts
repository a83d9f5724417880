import type { SignInk } from '../../src/engines/parse/liteparse/digits/sign-picture.ts';

/** Random numbers that are the same in every run. */
export type Random = () => number;

export function seeded(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

const SIDE = 56;
const BODY = 36;

/** A sign as another hand, pen and scanner would have given it: turned, slanted, stretched, thicker or thinner. */
export function warp(sign: SignInk, random: Random, wild = 1): SignInk {
  const swing = (most: number): number => (random() * 2 - 1) * most * wild;
  const [angle, slant] = [swing(0.15), swing(0.3)];
  const scale = BODY / Math.max(sign.width, sign.height);
  const [wide, high] = [scale * (1 + swing(0.2)), scale * (1 + swing(0.12))];
  const bend = swing(0.12);
  const ink = new Float32Array(SIDE * SIDE);
  const [cos, sin] = [Math.cos(angle), Math.sin(angle)];
  for (let y = 0; y < SIDE; y += 1) {
    for (let x = 0; x < SIDE; x += 1) {
      const dy = y - SIDE / 2;
      const dx = x - SIDE / 2 + slant * dy + bend * ((dy * dy) / 16 - 10);
      const fromX = (cos * dx + sin * dy) / wide + sign.width / 2;
      const fromY = (cos * dy - sin * dx) / high + sign.height / 2;
      ink[y * SIDE + x] = between(sign, fromX - 0.5, fromY - 0.5);
    }
  }
  let drawn: SignInk = { width: SIDE, height: SIDE, ink };
  const weight = random();
  if (weight < 0.3) drawn = spread(drawn, Math.max);
  else if (weight > 0.6) drawn = spread(drawn, Math.min);
  if (weight > 0.9) drawn = spread(drawn, Math.min);
  if (weight < 0.08) drawn = spread(drawn, Math.max);
  if (random() < 0.5) threshold(drawn.ink, 0.3 + random() * 0.3);
  if (random() < 0.2)
    for (let at = 0; at < ink.length; at += 1) if (random() < 0.03) drawn.ink[at]! *= random();
  return cutOut(drawn) ?? cutOut({ width: SIDE, height: SIDE, ink }) ?? sign;
}

function threshold(ink: Float32Array, at: number): void {
  for (let index = 0; index < ink.length; index += 1) ink[index] = ink[index]! >= at ? 1 : 0;
}

/** Thicker with the largest of each pixel and its neighbours, thinner with the least. */
function spread({ width, height, ink }: SignInk, choose: (a: number, b: number) => number): SignInk {
  const out = new Float32Array(ink.length);
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      const at = y * width + x;
      let value = ink[at]!;
      if (x > 0) value = choose(value, ink[at - 1]!);
      if (y > 0) value = choose(value, ink[at - width]!);
      if (x + 1 < width) value = choose(value, ink[at + 1]!);
      if (y + 1 < height) value = choose(value, ink[at + width]!);
      out[at] = value;
    }
  }
  return { width, height, ink: out };
}

function between(sign: SignInk, x: number, y: number): number {
  const [x0, y0] = [Math.floor(x), Math.floor(y)];
  const [fx, fy] = [x - x0, y - y0];
  const top = inkAt(sign, x0, y0) * (1 - fx) + inkAt(sign, x0 + 1, y0) * fx;
  return top * (1 - fy) + (inkAt(sign, x0, y0 + 1) * (1 - fx) + inkAt(sign, x0 + 1, y0 + 1) * fx) * fy;
}

function inkAt({ width, height, ink }: SignInk, x: number, y: number): number {
  return x < 0 || y < 0 || x >= width || y >= height ? 0 : ink[y * width + x]!;
}

/** What is inked of a picture; undefined where nothing is. */
export function cutOut({ width, height, ink }: SignInk, least = 0.35): SignInk | undefined {
  let [left, right, top, bottom] = [width, -1, height, -1];
  for (let y = 0; y < height; y += 1) {
    for (let x = 0; x < width; x += 1) {
      if (ink[y * width + x]! < least) continue;
      left = Math.min(left, x);
      right = Math.max(right, x);
      top = Math.min(top, y);
      bottom = Math.max(bottom, y);
    }
  }
  if (right < 0) return undefined;
  const [w, h] = [right - left + 1, bottom - top + 1];
  const out = new Float32Array(w * h);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) out[y * w + x] = ink[(top + y) * width + left + x]!;
  }
  return { width: w, height: h, ink: out };
}
