import { parseArgs } from 'node:util';
import { formatReport } from '../crash/report.ts';
import { clusterRounds } from './rounds.ts';

// `npm run test:cluster -- [--seed N] [--projects 4] [--batches 5] [--files 100]`, on what is built in `dist/`.
const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    projects: { type: 'string', default: '4' },
    batches: { type: 'string', default: '5' },
    files: { type: 'string', default: '100' },
  },
});
const seed = Number(values.seed ?? Date.now() % 1_000_000);
const [projects = 0, batchesPerProject = 0, filesPerBatch = 0] = [
  values.projects,
  values.batches,
  values.files,
].map(Number);
if (
  ![seed, projects, batchesPerProject, filesPerBatch].every(
    (number) => Number.isSafeInteger(number) && number > 0,
  )
) {
  throw new Error('--seed, --projects, --batches and --files must be whole numbers above 0');
}

console.log(`${projects} projects with ${batchesPerProject} batches of ${filesPerBatch} files, seed ${seed}`);
const began = Date.now();
const report = await clusterRounds({
  seed,
  projects,
  batchesPerProject,
  filesPerBatch,
  drainMs: 180_000,
  onKill: (victim, open) =>
    console.log(`${((Date.now() - began) / 1000).toFixed(1)} s: killed ${victim} with ${open} batches open`),
});
console.log(formatReport(report));
process.exitCode = report.problems.length === 0 ? 0 : 1;
