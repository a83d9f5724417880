import { expect, test } from 'vitest';
import type { GreyPicture } from '../grey-picture.ts';
import { findSigns } from './find-signs.ts';
import { readNumber, type SignReader } from './read-number.ts';

/** Place and size of a block of ink. */
type Block = readonly [x: number, y: number, w: number, h: number];

function pictureOf(blocks: readonly Block[]): GreyPicture {
  const picture = { width: 400, height: 120, pixels: new Uint8Array(400 * 120).fill(240) };
  for (const [x, y, w, h] of blocks) {
    for (let row = y; row < y + h; row += 1) picture.pixels.fill(20, row * 400 + x, row * 400 + x + w);
  }
  return picture;
}

const WHOLE = { x: 0, y: 0, width: 400, height: 120 };
/** Where the coarse look has seen something. */
const PLACE = { x: 40, y: 40, width: 110, height: 40 };
const signsOf = (blocks: readonly Block[]) => findSigns(pictureOf(blocks), WHOLE, 40);

/** Takes a sign's width for its digit: 21 wide is a one, 25 wide a five. Wider ones are none. */
const byWidth: SignReader = {
  read: ({ width }) => ({ digit: width - 20, chance: width >= 20 && width < 30 ? 0.9 : 0.1 }),
};
const numberOf = (blocks: readonly Block[]) => readNumber(signsOf(blocks), PLACE, byWidth);

const THREE: readonly Block[] = [
  [40, 40, 24, 40],
  [80, 42, 27, 40],
  [120, 39, 28, 42],
];

test('signs in a row are a number, with its place and the least of their chances', () => {
  expect(numberOf(THREE)).toEqual({ text: '478', confidence: 0.9, x: 40, y: 39, width: 108, height: 43 });
});

test('ink that goes on beyond the area is no sign', () => {
  expect(signsOf([...THREE, [380, 60, 20, 30]])).toHaveLength(3);
});

test('rules are taken out, also where a digit touches them', () => {
  const frame: readonly Block[] = [
    [0, 79, 400, 3],
    [30, 0, 3, 120],
    [148, 0, 3, 120],
  ];
  expect(numberOf([...THREE, ...frame])).toMatchObject({ text: '478', x: 40, width: 108 });
});

test('paper that is merely uneven has no ink', () => {
  const picture = pictureOf(THREE);
  expect(
    findSigns({ ...picture, pixels: picture.pixels.map((value) => (value < 100 ? 215 : value)) }, WHOLE, 40),
  ).toEqual([]);
});

test('a piece of a rule below the row is no comma', () => {
  expect(numberOf([...THREE, [100, 84, 90, 3]])?.text).toBe('478');
});

test('parts of a sign that are set apart belong to it', () => {
  const bar: Block = [80, 36, 20, 4];
  expect(numberOf([...THREE, bar])).toMatchObject({ text: '478', y: 36 });
});

test('two digits that touch are parted', () => {
  const touching: readonly Block[] = [
    [160, 40, 22, 40],
    [182, 60, 4, 4],
    [186, 40, 21, 40],
  ];
  expect(numberOf([...THREE, ...touching])?.text).toMatch(/^478\d\d$/);
});

test.each<[string, readonly Block[]]>([
  ['a point between digits', [[110, 76, 6, 6]]],
  ['a comma below', [[109, 78, 6, 12]]],
  ['a dash between digits', [[109, 58, 8, 3]]],
  ['a sign that is no digit', [[160, 40, 50, 30]]],
  ['a piece of a frame, much taller', [[155, 30, 21, 70]]],
  ['a digit on another line', [[150, 85, 22, 30]]],
])('%s: nothing is read', (_, more) => expect(numberOf([...THREE, ...more])).toBeUndefined());

test('a row goes on beyond the place where it was seen, and no further than its signs stand close', () => {
  const beyond: Block = [200, 40, 22, 40];
  expect(numberOf([...THREE, beyond])?.text).toBe('4782');
  expect(numberOf([...THREE, [300, 40, 22, 40]])?.text).toBe('478');
});

test('two strokes of one sign are no ones', () => {
  const letter: readonly Block[] = [
    [160, 40, 21, 40],
    [181, 60, 4, 4],
    [185, 40, 21, 40],
  ];
  const ones: SignReader = { read: ({ width }) => ({ digit: 1, chance: width < 40 ? 0.9 : 0.1 }) };
  const read = (blocks: readonly Block[]) => readNumber(signsOf(blocks), PLACE, ones)?.text;
  expect([read(THREE), read([...THREE, ...letter])]).toEqual(['111', undefined]);
});

test('too few digits are nothing, and neither is what may be a date', () => {
  expect(numberOf(THREE.slice(0, 2))).toBeUndefined();
  const date = [23, 21, 22, 21, 29, 28].map((width, index): Block => [20 + index * 40, 40, width, 40]);
  expect(numberOf(date)).toBeUndefined();
});
