/** Chance that can be had again: two sources with the same seed give the same numbers. */
export interface Random {
  /** From `min` to `max`, both included. */
  integer(min: number, max: number): number;
  /** True in this share of the cases, 0 to 1. */
  chance(share: number): boolean;
  /** @throws for an empty list */
  pick<T>(list: readonly T[]): T;
  /** The same things in another order. */
  shuffle<T>(list: readonly T[]): T[];
}

/** mulberry32: 32 bits of state are plenty for choosing whom to kill. */
export function createRandom(seed: number): Random {
  let state = seed >>> 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
  const integer = (min: number, max: number): number => min + Math.floor(next() * (max - min + 1));
  return {
    integer,
    chance: (share) => next() < share,
    pick(list) {
      if (list.length === 0) throw new Error('There is nothing to pick from');
      return list[integer(0, list.length - 1)] as (typeof list)[number];
    },
    shuffle(list) {
      const shuffled = [...list];
      for (let last = shuffled.length - 1; last > 0; last--) {
        const other = integer(0, last);
        [shuffled[last], shuffled[other]] = [shuffled[other], shuffled[last]] as [
          (typeof list)[number],
          (typeof list)[number],
        ];
      }
      return shuffled;
    },
  };
}
