import { forward, makeActivations, NO_DIGIT, PART_SIZES, type Activations, type Parts } from './digit-net.ts';
import { drawSign, type SignInk } from './sign-picture.ts';

/** What one sign is taken for. */
export interface SignReading {
  readonly digit: number;
  /** 0 to 1. */
  readonly chance: number;
}

/** Slants under which a sign is looked at: what is a digit upright is one leaning a little, too. */
const SLANTS = [0, -0.15, 0.15] as const;

/** Tells digits by their shape, whoever wrote them. One costs about two milliseconds. */
export class DigitReader {
  readonly #parts: Parts;
  readonly #net: Activations = makeActivations();

  #left: number;

  private constructor(parts: Parts, most: number) {
    this.#parts = parts;
    this.#left = most;
  }

  /**
   * Loads the weights, which are needed by pages with unread ink alone.
   * @param most signs that it reads; it knows none after them
   */
  static async load(most: number): Promise<DigitReader> {
    const { SCALES, WEIGHTS } = await import('./weights.ts');
    const bytes = Buffer.from(WEIGHTS, 'base64');
    let at = 0;
    const parts = PART_SIZES.map((size, index) => {
      const part = Float32Array.from(
        { length: size },
        (_, one) => bytes.readInt8(at + one) * (SCALES[index] ?? 0),
      );
      at += size;
      return part;
    });
    return new DigitReader(parts, most);
  }

  /** The digit that the sign is likeliest to be, however unlikely that is. */
  read(sign: SignInk): SignReading {
    this.#left -= 1;
    if (this.#left < 0) return { digit: 0, chance: 0 };
    const chances = new Float32Array(NO_DIGIT);
    for (const slant of SLANTS) {
      drawSign(slant === 0 ? sign : lean(sign, slant), this.#net.input);
      forward(this.#parts, this.#net);
      for (let digit = 0; digit < NO_DIGIT; digit += 1)
        chances[digit]! += this.#net.chances[digit]! / SLANTS.length;
    }
    const chance = Math.max(...chances);
    return { digit: chances.indexOf(chance), chance };
  }
}

/** The sign with its rows moved sideways, by so much of their distance. */
function lean({ width, height, ink }: SignInk, slant: number): SignInk {
  const most = Math.ceil(Math.abs(slant) * height);
  const wide = width + most;
  const out = new Float32Array(wide * height);
  for (let y = 0; y < height; y += 1) {
    const along = slant > 0 ? height - 1 - y : y;
    const by = Math.round(Math.abs(slant) * along);
    out.set(ink.subarray(y * width, (y + 1) * width), y * wide + by);
  }
  return { width: wide, height, ink: out };
}
