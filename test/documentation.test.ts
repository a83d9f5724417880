import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { SETTING_VARIABLES } from '../src/config.ts';
import { ERROR_CATALOGUE } from '../src/errors.ts';
import { BATCH_TRANSITIONS } from '../src/model/batch-states.ts';
import { JOB_ERROR_CODES } from '../src/model/job-errors.ts';
import { createMetrics } from '../src/telemetry/metrics.ts';
import { JOB_TRANSITIONS } from '../src/model/job-states.ts';

/** A file of the project; the columns of its tables are not lined up. */
const read = (path: string): string =>
  readFileSync(fileURLToPath(new URL(`../${path}`, import.meta.url)), 'utf8').replaceAll(/ +\|/g, ' |');

/** First cells of a page's tables that hold one code word. */
function rowNames(page: string): string[] {
  return [...page.matchAll(/^\| `(\w+)` \|/gm)].map((match) => match[1] ?? '');
}

describe('the documentation', () => {
  test('lists every setting, and no other', () => {
    expect(rowNames(read('docs/configuration.md')).toSorted()).toEqual([...SETTING_VARIABLES].toSorted());
  });

  test('lists every error and every reason of a failed job, and no other', () => {
    const codes = [...Object.keys(ERROR_CATALOGUE), ...JOB_ERROR_CODES];
    expect(rowNames(read('docs/errors.md')).toSorted()).toEqual(codes.toSorted());
  });

  test('gives every error its status', () => {
    const page = read('docs/errors.md');
    for (const [code, { status, retryable }] of Object.entries(ERROR_CATALOGUE)) {
      expect(page).toContain(`| \`${code}\` | ${status} | ${retryable ? 'yes' : 'no'} |`);
    }
  });

  test.each([
    ['Batch', BATCH_TRANSITIONS],
    ['Job', JOB_TRANSITIONS],
  ])('shows the transitions of a %s as the program knows them', (name, transitions) => {
    const section =
      read('docs/states.md')
        .split(/^## /m)
        .find((part) => part.startsWith(name)) ?? '';
    const rows = [...section.matchAll(/^\| `(\w+)` \| (.*)\|$/gm)].map(([, from = '', to = '']) => [
      from,
      [...to.matchAll(/`(\w+)`/g)].map((match) => match[1]),
    ]);
    expect(Object.fromEntries(rows)).toEqual(transitions);
  });

  test('lists every metric, and no other', () => {
    const metrics = createMetrics({
      role: 'all',
      version: '0',
      pool: () => ({ busy: 0, idle: 0, waiting: 0 }),
      figures: () => Promise.reject(new Error('there is no database here')),
    });
    const own = metrics.names().filter((name) => name.startsWith('sheaf_'));
    expect(rowNames(read('docs/operations.md')).toSorted()).toEqual(own.toSorted());
  });

  test('names only commands that exist', () => {
    const scripts = Object.keys((JSON.parse(read('package.json')) as { scripts: object }).scripts);
    const named = ['README.md', 'CONTRIBUTING.md'].flatMap((path) =>
      [...read(path).matchAll(/npm run ([\w:-]+)/g)].map((match) => match[1] ?? ''),
    );
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !scripts.includes(name))).toEqual([]);
  });
});
