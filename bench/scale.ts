/**
 * `npm run bench:scale`: jobs per second that do nothing, through everything that surrounds a job (create, admit, claim,
 * commit, counters, events), with 1, 2, 4 and 8 worker processes, beside bare pg-boss on the same server in the same run:
 * job by job, as workers of a queue usually go, and in groups as large as Sheaf's, which is the most it can do.
 *
 *   --jobs N     jobs of each measurement (8,000)
 *   --workers L  numbers of worker processes (1,2,4,8)
 *   --url URL    a PostgreSQL of your own, whose user may make databases; default: the embedded one
 */
import { rm } from 'node:fs/promises';
import { loadavg } from 'node:os';
import { parseArgs } from 'node:util';
import { makeDataDir } from '../test/support/sheaf-server.ts';
import { startBenchPostgres } from './bench-server.ts';
import { measureBoss, type BOSS_WAYS } from './scale-boss.ts';
import { measureSheaf } from './scale-sheaf.ts';
import { makeDatabase, type ScaleConnection } from './scale-database.ts';

/** Sheaf's rate as a part of bare pg-boss's. */
const GOAL = 0.5;

const { values } = parseArgs({
  options: {
    jobs: { type: 'string', default: '8000' },
    workers: { type: 'string', default: '1,2,4,8' },
    url: { type: 'string' },
  },
});
const jobs = Number(values.jobs);
const dataDir = await makeDataDir();
const postgres = values.url === undefined ? await startBenchPostgres(dataDir) : undefined;
const server: ScaleConnection = postgres ? postgres.connection : { url: values.url ?? '' };

try {
  console.log(
    `${jobs} jobs each; load average ${loadavg()
      .map((load) => load.toFixed(1))
      .join(' ')}`,
  );
  for (const workers of values.workers.split(',').map(Number)) {
    const boss = async (way: keyof typeof BOSS_WAYS): Promise<number> =>
      measureBoss(await makeDatabase(server, `boss_${workers}`), { workers, jobs, way });
    const inGroups = await boss('inGroups');
    const oneByOne = await boss('oneByOne');
    const sheaf = await measureSheaf(await makeDatabase(server, `sheaf_${workers}`), {
      workers,
      jobs,
      dataDir,
    });
    console.log(
      `${String(workers).padStart(2)} workers: Sheaf ${rate(sheaf)}; bare pg-boss job by job ${rate(oneByOne)}, ` +
        `${judged(sheaf / oneByOne)}; in groups ${rate(inGroups)}, ${judged(sheaf / inGroups)}`,
    );
  }
} finally {
  await postgres?.stop();
  await rm(dataDir, { recursive: true, force: true });
}

function judged(ratio: number): string {
  return `ratio ${ratio.toFixed(2)} (goal ${GOAL}: ${ratio >= GOAL ? 'met' : 'missed'})`;
}

function rate(perSecond: number): string {
  return `${Math.round(perSecond)} jobs/s`;
}
