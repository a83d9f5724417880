import type { CrashReport } from './crash-run.ts';

/** A report as lines for a person. */
export function formatReport(report: CrashReport): string {
  const { load, rows, seen } = report;
  const answers = Object.fromEntries([...report.answers].sort(([a], [b]) => a - b));
  return [
    `seed          ${report.seed}`,
    `killed        ${list(report.kills)}, with ${report.openAtKills.toFixed(1)} open batches on average`,
    `failed starts ${report.failedStarts.length}`,
    `requests      ${load.creates} creates, ${report.acknowledged} acknowledged, ${load.unanswered} given up; ` +
      `${load.cancels} cancels, ${load.refusedCancels} of them in vain; ${load.retries} sent again`,
    `answers       ${list(answers)} (0: no connection)`,
    `drained in    ${report.drainSeconds.toFixed(1)} s`,
    `batches       ${list(rows.batches)}`,
    `jobs          ${list(rows.jobs)} for ${rows.files} files; failures: ${list(rows.failures)}`,
    `attempts      ${rows.repeatedJobs} jobs were run again, ${rows.lostAttempts} attempts lost their worker`,
    `events        ${rows.transitions} transitions, ${rows.deliveries} deliveries`,
    `results       ${rows.blobs} blobs whole; ${seen.readResults} read over the API, of ${seen.results} files; ` +
      `${rows.strayBlobs} blobs of attempts that did not count`,
    ...report.problems.map((problem) => `PROBLEM       ${problem}`),
  ].join('\n');
}

function list(counts: Readonly<Record<string, number>>): string {
  return (
    Object.entries(counts)
      .map(([name, count]) => `${name} ${count}`)
      .join(', ') || 'none'
  );
}
