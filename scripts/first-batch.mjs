// `npm run first-batch`: from a fresh clone to the results of a first batch. Two of the sample documents cannot be
// read, on purpose: the demonstration is a success when exactly those two fail, each with its reason.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { ensureBuilt, ensureInstalled, root } from './ensure-ready.mjs';

const MEANT_TO_FAIL = ['broken.pdf', 'locked.pdf'];

/** `sheaf` itself, as a user would run it. */
function sheaf(...args) {
  console.log(`\n$ sheaf ${args.join(' ')}`);
  return spawnSync(process.execPath, [join(root, 'dist', 'main.js'), ...args], {
    cwd: root,
    stdio: 'inherit',
  }).status;
}

/** The results of the newest batch: its folder's name begins with the id, and ids sort by time. */
function newestResults() {
  const out = join(root, 'sheaf-out');
  const newest = readdirSync(out)
    .filter((name) => name.startsWith('bat-'))
    .sort()
    .at(-1);
  const lines = readFileSync(join(out, newest, 'results.jsonl'), 'utf8')
    .trim()
    .split('\n');
  return lines.map((line) => JSON.parse(line));
}

ensureInstalled();
ensureBuilt();
const status = sheaf('batch', join('examples', 'documents'));
if (status !== 0 && status !== 1) process.exit(status ?? 1);

if (sheaf('batches', 'list', '--limit', '5') !== 0) process.exit(1);

const failed = newestResults()
  .filter((result) => result.status !== 'COMPLETED')
  .map((result) => result.file)
  .sort();
const expected = failed.join() === MEANT_TO_FAIL.join();
console.log(
  expected
    ? `\n${MEANT_TO_FAIL.join(' and ')} cannot be read, on purpose. Everything else succeeded.`
    : `\nExpected ${MEANT_TO_FAIL.join(' and ')} to fail and nothing else, but these failed: ${failed.join(', ') || 'none'}.`,
);
process.exitCode = expected ? 0 : 1;
