/** Seeded pseudo-random numbers: the same seed gives the same document on every machine. */
export interface Random {
  /** At least 0, below 1. */
  readonly next: () => number;
  /** A whole number from `least` to `most`, both included. */
  readonly integer: (least: number, most: number) => number;
  readonly pick: <T>(choices: readonly T[]) => T;
  /** True with the given probability, 0 to 1. */
  readonly chance: (probability: number) => boolean;
  /** Normally distributed, mean 0 and standard deviation 1. */
  readonly normal: () => number;
}

/** Mulberry32 by Tommy Ettinger: 32 bits of state, only integer operations, so no platform can differ. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
  return {
    next,
    integer: (least, most) => least + Math.floor(next() * (most - least + 1)),
    pick(choices) {
      const choice = choices[Math.floor(next() * choices.length)];
      if (choice === undefined) throw new RangeError('Cannot pick from an empty list.');
      return choice;
    },
    chance: (probability) => next() < probability,
    // Twelve uniform draws have variance 1; unlike Box-Muller this needs no logarithm, whose last bit may differ.
    normal: () => Array.from({ length: 12 }, next).reduce((sum, draw) => sum + draw, -6),
  };
}
