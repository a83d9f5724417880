import { pause } from './pause.ts';

/** How long work in chunks may go on. */
export interface Patience {
  readonly signal: AbortSignal;
  /** Milliseconds, from the beginning of the work. */
  readonly forMs: number;
}

/**
 * Does a chunk of work again and again until there is no more, and rests after each for as long as it took: so work
 * that can wait takes at most half of what one connection can do, however much there is of it.
 * @param chunk does one chunk and says whether there may be more
 */
export async function inChunks({ signal, forMs }: Patience, chunk: () => Promise<boolean>): Promise<void> {
  const begun = performance.now();
  while (!signal.aborted && performance.now() - begun < forMs) {
    const chunkBegun = performance.now();
    if (!(await chunk())) return;
    await pause(performance.now() - chunkBegun, signal);
  }
}
