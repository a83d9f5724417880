/**
 * `npm run bench:dashboard`: the list of batches in Debian's Chromium, scrolled from its newest batch to its oldest and
 * filtered, with the longest task of the page's thread in each part. A task over 100 ms is a pause that people feel.
 *
 *   --rows N   batches in the list (10,000)
 */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { hasBrowser, openBrowser } from '../test/dashboard/browser.ts';
import { makeDataDir } from '../test/support/sheaf-server.ts';
import { openBenchDatabase, startBenchPostgres } from './bench-server.ts';
import { fillBatches } from './list-data.ts';

const GOAL_MS = 100;
/** Distance of one turn of the wheel, in pixels. */
const WHEEL_PX = 1_500;
const ROW_PX = 40;

const { values } = parseArgs({ options: { rows: { type: 'string', default: '10000' } } });
const rows = Number(values.rows);
if (!hasBrowser) process.exit(1);

const dataDir = await makeDataDir();
const postgres = await startBenchPostgres(dataDir);
try {
  await using database = await openBenchDatabase(postgres, dataDir, 'dashboard');
  // The project has every second one of them.
  await fillBatches(database.db, database.projectId, 2 * rows);
  await using api = await database.startApi();
  await using browser = await openBrowser(api);
  const { page } = browser;
  await page.locator('.table-row').first().waitFor();
  await page.evaluate(`
    self.longest = 0;
    new PerformanceObserver((list) => {
      for (const { duration } of list.getEntries()) self.longest = Math.max(self.longest, duration);
    }).observe({ entryTypes: ['longtask'] });
  `);
  /** The longest task since the last call, in ms; 0 when none took 50. */
  const longest = async (): Promise<number> => {
    const ms = await page.evaluate<number>('self.longest');
    await page.evaluate('self.longest = 0');
    return ms;
  };

  const results: [string, number][] = [];
  await page.mouse.move(800, 500);
  const reached = async (): Promise<number> =>
    page.evaluate<number>(
      `Math.max(...[...document.querySelectorAll('[data-index]')].map((row) => +row.dataset.index))`,
    );
  for (let turns = 0; (await reached()) < rows - 1 && turns < (rows * ROW_PX) / 50; turns += 1) {
    await page.mouse.wheel(0, WHEEL_PX);
    await page.evaluate(
      'new Promise((resolve) => requestAnimationFrame(() => requestAnimationFrame(resolve)))',
    );
  }
  console.log(`scrolled to row ${(await reached()) + 1} of ${rows}`);
  results.push(['scroll to the end', await longest()]);
  await page.getByLabel('Batches', { exact: true }).last().press('Home');
  results.push(['back to the top', await longest()]);
  for (const status of ['RUNNING', 'FAILED', '']) {
    await page.getByLabel('Status').selectOption(status);
    await page.waitForResponse((answer) => answer.url().includes('/api/v2/batches?'));
    await page.locator('.table-row').first().waitFor();
    results.push([`filter by status ${status || 'any'}`, await longest()]);
  }
  await page.getByLabel('Search by the beginning').fill('b');
  await page.waitForResponse((answer) => answer.url().includes('q=b'));
  results.push(['search', await longest()]);

  console.log(
    `load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}; longest task of each part`,
  );
  for (const [part, ms] of results) {
    const told = ms === 0 ? 'under 50 ms' : `${ms.toFixed(0)} ms`;
    console.log(`${part.padEnd(28)} ${told.padStart(12)}  ${ms <= GOAL_MS ? 'ok' : `over ${GOAL_MS} ms`}`);
  }
  process.exitCode = results.every(([, ms]) => ms <= GOAL_MS) ? 0 : 1;
} finally {
  await postgres.stop();
  await rm(dataDir, { recursive: true, force: true });
}
