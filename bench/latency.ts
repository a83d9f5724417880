/** Durations of one kind of call, in milliseconds. */
export class Latencies {
  readonly #durations: number[] = [];

  async measure<T>(call: () => Promise<T>): Promise<T> {
    const start = performance.now();
    const result = await call();
    this.#durations.push(performance.now() - start);
    return result;
  }

  get p50(): number {
    return this.#percentile(0.5);
  }

  get p99(): number {
    return this.#percentile(0.99);
  }

  /** Nearest rank: a value that was measured, never one in between. */
  #percentile(share: number): number {
    const sorted = this.#durations.toSorted((a, b) => a - b);
    return sorted[Math.max(0, Math.ceil(share * sorted.length) - 1)] ?? Number.NaN;
  }
}

/** Runs all in turn, round after round, so that whatever else the machine does falls on all of them alike. */
export async function measureInTurn<Calls extends Record<string, (() => Promise<unknown>) | undefined>>(
  rounds: number,
  calls: Calls,
): Promise<{ [Name in keyof Calls]: Latencies }> {
  const entries = Object.entries(calls).flatMap(([name, call]) =>
    call ? [{ name, call, latencies: new Latencies() }] : [],
  );
  for (let round = 0; round < Math.min(10, rounds); round++) {
    for (const { call } of entries) await call();
  }
  for (let round = 0; round < rounds; round++) {
    for (const { call, latencies } of entries) await latencies.measure(call);
  }
  const measured = entries.map(({ name, latencies }) => [name, latencies] as const);
  return Object.fromEntries(measured) as { [Name in keyof Calls]: Latencies };
}
