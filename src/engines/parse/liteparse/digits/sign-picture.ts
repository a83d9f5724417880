import { SIDE } from './digit-net.ts';

/** Ink of one sign, 0 to 1, row by row. */
export interface SignInk {
  readonly width: number;
  readonly height: number;
  readonly ink: Float32Array;
}

/** The longer side of a sign in its picture; the rest is margin. */
const SIZE = 20;

/**
 * A sign as the network sees it: of one size, its weight in the middle, its darkest pixel black. The way in which the
 * digits of MNIST were prepared (LeCun and others, "Gradient-based learning applied to document recognition", 1998).
 */
export function drawSign({ width, height, ink }: SignInk, out: Float32Array): void {
  out.fill(0);
  const scale = SIZE / Math.max(width, height);
  const w = Math.max(1, Math.round(width * scale));
  const h = Math.max(1, Math.round(height * scale));
  const small = new Float32Array(w * h);
  let [sum, sumX, sumY, most] = [0, 0, 0, 0];
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) {
      const value = mean({ width, height, ink }, (x * width) / w, (y * height) / h, width / w, height / h);
      small[y * w + x] = value;
      sum += value;
      sumX += value * (x + 0.5);
      sumY += value * (y + 0.5);
      if (value > most) most = value;
    }
  }
  if (sum === 0) return;
  const left = clamp(Math.round(SIDE / 2 - sumX / sum), SIDE - w);
  const top = clamp(Math.round(SIDE / 2 - sumY / sum), SIDE - h);
  for (let y = 0; y < h; y += 1) {
    for (let x = 0; x < w; x += 1) out[(top + y) * SIDE + left + x] = small[y * w + x]! / most;
  }
}

function clamp(value: number, most: number): number {
  return Math.min(most, Math.max(0, value));
}

/** Mean ink of a rectangle, looked at in points a pixel apart; between pixels what lies between them. */
function mean(sign: SignInk, x: number, y: number, w: number, h: number): number {
  const across = Math.max(1, Math.ceil(w));
  const down = Math.max(1, Math.ceil(h));
  let sum = 0;
  for (let row = 0; row < down; row += 1) {
    for (let column = 0; column < across; column += 1)
      sum += at(sign, x + ((column + 0.5) * w) / across - 0.5, y + ((row + 0.5) * h) / down - 0.5);
  }
  return sum / (across * down);
}

function at({ width, height, ink }: SignInk, x: number, y: number): number {
  const x0 = Math.min(width - 1, Math.max(0, Math.floor(x)));
  const y0 = Math.min(height - 1, Math.max(0, Math.floor(y)));
  const x1 = Math.min(width - 1, x0 + 1);
  const y1 = Math.min(height - 1, y0 + 1);
  const fx = Math.min(1, Math.max(0, x - x0));
  const fy = Math.min(1, Math.max(0, y - y0));
  const top = ink[y0 * width + x0]! * (1 - fx) + ink[y0 * width + x1]! * fx;
  const bottom = ink[y1 * width + x0]! * (1 - fx) + ink[y1 * width + x1]! * fx;
  return top * (1 - fy) + bottom * fy;
}
