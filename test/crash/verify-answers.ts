import type { AcknowledgedBatch } from './ledger.ts';

/** What a client sees of its batches, asked over the API. */
export interface AnswerCounts {
  batches: number;
  results: number;
  readResults: number;
}

/** A batch as Sheaf shows it: with its progress. */
type WithProgress = { progress: { total: number; completed: number; failed: number; cancelled: number } };

const AT_ONCE = 8;

/** Reads every batch and every result that a client was promised. @returns what is wrong, and the counts */
export async function verifyAnswers(
  acknowledged: readonly AcknowledgedBatch[],
): Promise<{ problems: string[]; counts: AnswerCounts }> {
  const problems: string[] = [];
  const counts: AnswerCounts = { batches: 0, results: 0, readResults: 0 };
  const waiting = [...acknowledged];
  const work = async (): Promise<void> => {
    for (let next = waiting.shift(); next; next = waiting.shift()) {
      const batch = next;
      const found = await verifyBatch(batch, counts).catch((error: unknown) => [String(error)]);
      problems.push(...found.map((problem) => `${batch.id}: ${problem}`));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  return { problems, counts };
}

async function verifyBatch(batch: AcknowledgedBatch, counts: AnswerCounts): Promise<string[]> {
  const { client } = batch;
  const problems: string[] = [];
  const answer = await client.batches.get(batch.id, { expand: ['results'] });
  const { progress } = answer as unknown as WithProgress;
  counts.batches += 1;
  if (!['COMPLETED', 'CANCELLED'].includes(answer.status)) problems.push(`is ${answer.status}`);
  if (answer.results?.length !== batch.files)
    problems.push(`has ${answer.results?.length} of ${batch.files} results`);
  const seen = { completed: 0, failed: 0, cancelled: 0 };
  for (const { job_reference: reference, error_message: message } of answer.results ?? []) {
    counts.results += 1;
    if (!reference) {
      seen.cancelled += 1;
      if (!message) problems.push('a file has neither a job nor a message');
      continue;
    }
    const { job, markdown } = await client.parsing.get(reference.id, { expand: ['markdown'] });
    if (job.status === 'COMPLETED') seen.completed += 1;
    else if (job.status === 'FAILED') seen.failed += 1;
    else if (job.status === 'CANCELLED') seen.cancelled += 1;
    else problems.push(`${reference.id} is ${job.status}`);
    if (job.status !== 'COMPLETED') continue;
    counts.readResults += 1;
    if (!markdown?.pages.length) problems.push(`the result of ${reference.id} is empty`);
  }
  const { completed, failed, cancelled } = progress;
  if (JSON.stringify(seen) !== JSON.stringify({ completed, failed, cancelled })) {
    problems.push(`says ${JSON.stringify(progress)} where its jobs say ${JSON.stringify(seen)}`);
  }
  return problems;
}
