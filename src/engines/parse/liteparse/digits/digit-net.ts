/** Side of the square pictures that the network sees. */
export const SIDE = 28;
/** The ten digits, and everything else. */
export const CLASSES = 11;
/** The class of what is no digit. */
export const NO_DIGIT = 10;

const KERNEL = 5;
/** Filters of the two layers of convolutions, and units of the layer behind them. */
export const SHAPE = { first: 12, second: 24, hidden: 80 } as const;

const SIDE_1 = SIDE - KERNEL + 1;
const POOLED_1 = SIDE_1 / 2;
const SIDE_2 = POOLED_1 - KERNEL + 1;
const POOLED_2 = SIDE_2 / 2;
const FLAT = SHAPE.second * POOLED_2 * POOLED_2;

/** How many numbers each part of the network has, in the order in which they are stored. */
export const PART_SIZES: readonly number[] = [
  SHAPE.first * KERNEL * KERNEL,
  SHAPE.first,
  SHAPE.second * SHAPE.first * KERNEL * KERNEL,
  SHAPE.second,
  SHAPE.hidden * FLAT,
  SHAPE.hidden,
  CLASSES * SHAPE.hidden,
  CLASSES,
];

/** Weights and what is added, layer by layer, as {@link PART_SIZES} counts them. */
export type Parts = readonly Float32Array[];

/** How many numbers go into one of a layer's sums, layer by layer. */
export const FAN_IN: readonly number[] = [KERNEL * KERNEL, SHAPE.first * KERNEL * KERNEL, FLAT, SHAPE.hidden];

/** Raised with every change of the weights, or of how signs are found and read: results are told apart by it. */
export const DIGITS_VERSION = 2;

/** What every layer gave for one picture; its buffers are used again for the next. */
export interface Activations {
  readonly input: Float32Array;
  readonly filtered1: Float32Array;
  readonly pooled1: Float32Array;
  /** Which of each four was the largest. */
  readonly from1: Int32Array;
  readonly filtered2: Float32Array;
  readonly pooled2: Float32Array;
  readonly from2: Int32Array;
  readonly hidden: Float32Array;
  /** 0 to 1 for each class; they add up to 1. */
  readonly chances: Float32Array;
}

/** Sides of each layer's squares, for whoever goes through them backwards. */
export const SIDES = { kernel: KERNEL, first: SIDE_1, pooled1: POOLED_1, second: SIDE_2, pooled2: POOLED_2 };

export function makeActivations(): Activations {
  return {
    input: new Float32Array(SIDE * SIDE),
    filtered1: new Float32Array(SHAPE.first * SIDE_1 * SIDE_1),
    pooled1: new Float32Array(SHAPE.first * POOLED_1 * POOLED_1),
    from1: new Int32Array(SHAPE.first * POOLED_1 * POOLED_1),
    filtered2: new Float32Array(SHAPE.second * SIDE_2 * SIDE_2),
    pooled2: new Float32Array(FLAT),
    from2: new Int32Array(FLAT),
    hidden: new Float32Array(SHAPE.hidden),
    chances: new Float32Array(CLASSES),
  };
}

/** What one written sign is: two layers of convolutions, each thinned out by its maxima, and two of plain sums. */
export function forward(parts: Parts, net: Activations): void {
  const [w1, b1, w2, b2, w3, b3, w4, b4] = parts;
  if (!w1 || !b1 || !w2 || !b2 || !w3 || !b3 || !w4 || !b4) throw new RangeError('The network lacks a part.');
  convolve({ side: SIDE, channels: 1, values: net.input }, w1, b1, net.filtered1, SIDE_1);
  pool(net.filtered1, SIDE_1, net.pooled1, net.from1);
  convolve({ side: POOLED_1, channels: SHAPE.first, values: net.pooled1 }, w2, b2, net.filtered2, SIDE_2);
  pool(net.filtered2, SIDE_2, net.pooled2, net.from2);
  connect(net.pooled2, w3, b3, net.hidden);
  for (let at = 0; at < net.hidden.length; at += 1) net.hidden[at] = Math.max(0, net.hidden[at]!);
  connect(net.hidden, w4, b4, net.chances);
  softmax(net.chances);
}

interface Layer {
  readonly side: number;
  readonly channels: number;
  readonly values: Float32Array;
}

/** Filters, and nothing below zero. */
function convolve(
  { side, channels, values }: Layer,
  weights: Float32Array,
  bias: Float32Array,
  out: Float32Array,
  outSide: number,
): void {
  for (let filter = 0; filter < bias.length; filter += 1) {
    const base = filter * outSide * outSide;
    out.fill(bias[filter]!, base, base + outSide * outSide);
    for (let channel = 0; channel < channels; channel += 1) {
      for (let ky = 0; ky < KERNEL; ky += 1) {
        for (let kx = 0; kx < KERNEL; kx += 1) {
          const weight = weights[((filter * channels + channel) * KERNEL + ky) * KERNEL + kx]!;
          for (let y = 0; y < outSide; y += 1) {
            const from = channel * side * side + (y + ky) * side + kx;
            const to = base + y * outSide;
            for (let x = 0; x < outSide; x += 1) out[to + x]! += weight * values[from + x]!;
          }
        }
      }
    }
    for (let at = base; at < base + outSide * outSide; at += 1) if (out[at]! < 0) out[at] = 0;
  }
}

function pool(values: Float32Array, side: number, out: Float32Array, from: Int32Array): void {
  const half = side / 2;
  for (let at = 0; at < out.length; at += 1) {
    const channel = Math.floor(at / (half * half));
    const y = Math.floor((at % (half * half)) / half);
    const x = at % half;
    const corner = channel * side * side + y * 2 * side + x * 2;
    let best = corner;
    for (const one of [corner + 1, corner + side, corner + side + 1])
      if (values[one]! > values[best]!) best = one;
    out[at] = values[best]!;
    from[at] = best;
  }
}

function connect(values: Float32Array, weights: Float32Array, bias: Float32Array, out: Float32Array): void {
  for (let unit = 0; unit < out.length; unit += 1) {
    let sum = bias[unit]!;
    const base = unit * values.length;
    for (let at = 0; at < values.length; at += 1) sum += weights[base + at]! * values[at]!;
    out[unit] = sum;
  }
}

function softmax(values: Float32Array): void {
  const most = Math.max(...values);
  let sum = 0;
  for (let at = 0; at < values.length; at += 1) sum += values[at] = Math.exp(values[at]! - most);
  for (let at = 0; at < values.length; at += 1) values[at]! /= sum;
}
