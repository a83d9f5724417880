import {
  CLASSES,
  PART_SIZES,
  SHAPE,
  SIDE,
  SIDES,
  type Activations,
  type Parts,
} from '../../src/engines/parse/liteparse/digits/digit-net.ts';

/** Room for the slopes of one network. */
export interface Slopes {
  readonly parts: readonly Float32Array[];
  readonly pooled2: Float32Array;
  readonly filtered2: Float32Array;
  readonly pooled1: Float32Array;
  readonly filtered1: Float32Array;
  readonly hidden: Float32Array;
}

export function makeSlopes(net: Activations): Slopes {
  return {
    parts: PART_SIZES.map((size) => new Float32Array(size)),
    pooled2: new Float32Array(net.pooled2.length),
    filtered2: new Float32Array(net.filtered2.length),
    pooled1: new Float32Array(net.pooled1.length),
    filtered1: new Float32Array(net.filtered1.length),
    hidden: new Float32Array(net.hidden.length),
  };
}

/** Adds to the slopes what the last picture asks for; `target` is what should have come out. @returns its loss */
export function backward(parts: Parts, net: Activations, target: Float32Array, slopes: Slopes): number {
  const [, , w2, , w3, , w4] = parts;
  const [s1, t1, s2, t2, s3, t3, s4, t4] = slopes.parts;
  let loss = 0;
  slopes.hidden.fill(0);
  for (let one = 0; one < CLASSES; one += 1) {
    const slope = net.chances[one]! - target[one]!;
    loss -= target[one]! * Math.log(net.chances[one]! + 1e-9);
    t4![one]! += slope;
    for (let at = 0; at < SHAPE.hidden; at += 1) {
      s4![one * SHAPE.hidden + at]! += slope * net.hidden[at]!;
      slopes.hidden[at]! += slope * w4![one * SHAPE.hidden + at]!;
    }
  }
  const flat = net.pooled2.length;
  slopes.pooled2.fill(0);
  for (let unit = 0; unit < SHAPE.hidden; unit += 1) {
    if (net.hidden[unit]! <= 0) continue;
    const slope = slopes.hidden[unit]!;
    t3![unit]! += slope;
    for (let at = 0; at < flat; at += 1) {
      s3![unit * flat + at]! += slope * net.pooled2[at]!;
      slopes.pooled2[at]! += slope * w3![unit * flat + at]!;
    }
  }
  unpool(slopes.pooled2, net.from2, net.filtered2, slopes.filtered2);
  slopes.pooled1.fill(0);
  unfilter(net.pooled1, SIDES.pooled1, SHAPE.first, slopes.filtered2, SIDES.second, {
    weights: w2!,
    slopes: s2!,
    bias: t2!,
    input: slopes.pooled1,
  });
  unpool(slopes.pooled1, net.from1, net.filtered1, slopes.filtered1);
  unfilter(net.input, SIDE, 1, slopes.filtered1, SIDES.first, { weights: parts[0]!, slopes: s1!, bias: t1! });
  return loss;
}

function unpool(pooled: Float32Array, from: Int32Array, filtered: Float32Array, out: Float32Array): void {
  out.fill(0);
  for (let at = 0; at < pooled.length; at += 1) {
    const to = from[at]!;
    if (filtered[to]! > 0) out[to]! += pooled[at]!;
  }
}

interface Filters {
  readonly weights: Float32Array;
  readonly slopes: Float32Array;
  readonly bias: Float32Array;
  /** Slopes of what went in; the picture itself needs none. */
  readonly input?: Float32Array;
}

function unfilter(
  values: Float32Array,
  side: number,
  channels: number,
  out: Float32Array,
  outSide: number,
  { weights, slopes, bias, input }: Filters,
): void {
  const { kernel } = SIDES;
  for (let filter = 0; filter < bias.length; filter += 1) {
    const base = filter * outSide * outSide;
    for (let y = 0; y < outSide; y += 1) {
      for (let x = 0; x < outSide; x += 1) {
        const slope = out[base + y * outSide + x]!;
        if (slope === 0) continue;
        bias[filter]! += slope;
        for (let channel = 0; channel < channels; channel += 1) {
          for (let ky = 0; ky < kernel; ky += 1) {
            const from = channel * side * side + (y + ky) * side + x;
            const weight = ((filter * channels + channel) * kernel + ky) * kernel;
            for (let kx = 0; kx < kernel; kx += 1) {
              slopes[weight + kx]! += slope * values[from + kx]!;
              if (input) input[from + kx]! += slope * weights[weight + kx]!;
            }
          }
        }
      }
    }
  }
}
