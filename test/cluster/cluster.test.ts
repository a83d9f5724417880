import { expect, test } from 'vitest';
import { formatReport } from '../crash/report.ts';
import { S3_PROGRAM, S3_SKIPPED } from '../support/s3-server.ts';
import { clusterRounds } from './rounds.ts';

const SIZE = { projects: 4, batchesPerProject: 5, filesPerBatch: 100 };
const FILES = SIZE.projects * SIZE.batchesPerProject * SIZE.filesPerBatch;
/** Claims whose answer was lost with the database come back when their leases run out, half a minute later. */
const DRAIN_MS = 120_000;

// Whose processes are whose is read from /proc.
test.runIf(process.platform === 'linux' && S3_PROGRAM !== undefined)(
  `two servers, three workers, PostgreSQL and the object store are killed one after the other: nothing is lost, nothing is done twice${S3_SKIPPED}`,
  async () => {
    const report = await clusterRounds({ ...SIZE, seed: Date.now() % 1_000_000, drainMs: DRAIN_MS });
    console.log(formatReport(report));
    expect(report.problems).toEqual([]);
    expect(report.acknowledged).toBe(SIZE.projects * SIZE.batchesPerProject);
    expect(report.rows.files).toBe(FILES);
    // Everything that could die did, while there was something to lose.
    expect(Object.entries(report.kills).filter(([, kills]) => kills === 0)).toEqual([]);
  },
  DRAIN_MS + 18 * 60_000,
);
