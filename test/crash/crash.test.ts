import { expect, test } from 'vitest';
import { formatReport } from './report.ts';
import { crashRounds } from './rounds.ts';

const ROUNDS = 3;
/** Claims whose answer was lost with the database come back when their leases run out, half a minute later. */
const DRAIN_MS = 90_000;

// Which processes there are, and whose they are, is read from /proc.
test.runIf(process.platform === 'linux')(
  'kill -9 of API, workers, parse processes and PostgreSQL, again and again, loses nothing and does nothing twice',
  async () => {
    const report = await crashRounds({ rounds: ROUNDS, seed: Date.now() % 1_000_000, drainMs: DRAIN_MS });
    console.log(formatReport(report));
    expect(report.problems).toEqual([]);
    // The rounds did kill, and there was something to lose.
    expect(Object.values(report.kills).reduce((sum, kills) => sum + kills, 0)).toBeGreaterThanOrEqual(ROUNDS);
    expect(report.acknowledged).toBeGreaterThanOrEqual(8);
    expect(report.seen.batches).toBe(report.acknowledged);
    expect(report.rows.blobs).toBeGreaterThan(0);
  },
  DRAIN_MS + 600_000,
);
