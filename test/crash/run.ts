import { parseArgs } from 'node:util';
import { formatReport } from './report.ts';
import { crashRounds } from './rounds.ts';

// `npm run test:crash -- [--rounds 30] [--seed N]`: the long form of the crash test, on what is built in `dist/`.
const { values } = parseArgs({
  options: { rounds: { type: 'string', default: '30' }, seed: { type: 'string' } },
});
const rounds = Number(values.rounds);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
if (!Number.isSafeInteger(rounds) || rounds < 1 || !Number.isSafeInteger(seed)) {
  throw new Error('--rounds and --seed must be whole numbers, and at least one round');
}

console.log(`${rounds} rounds with seed ${seed}`);
const report = await crashRounds({
  rounds,
  seed,
  drainMs: 180_000,
  onRound: (round, killed) => console.log(`round ${round}: killed ${killed.join(', ') || 'nothing'}`),
});
console.log(formatReport(report));
process.exitCode = report.problems.length === 0 ? 0 : 1;
