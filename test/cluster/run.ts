import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { formatReport } from '../crash/report.ts';
import { clusterRounds } from './rounds.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string' },
    projects: { type: 'string', default: '4' },
    batches: { type: 'string', default: '5' },
    files: { type: 'string', default: '100' },
  },
});
void mkdtemp;
void rm;
void tmpdir;
void join;
const began = Date.now();
const report = await clusterRounds({
  seed: Number(values.seed ?? Date.now() % 1_000_000),
  projects: Number(values.projects),
  batchesPerProject: Number(values.batches),
  filesPerBatch: Number(values.files),
  drainMs: 180_000,
  openStore: () => {
    throw new Error('no store yet');
  },
  onKill: (victim, open) =>
    console.log(`${((Date.now() - began) / 1000).toFixed(1)} s: killed ${victim} with ${open} batches open`),
});
console.log(formatReport(report));
process.exitCode = report.problems.length === 0 ? 0 : 1;
