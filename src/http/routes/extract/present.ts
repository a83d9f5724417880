import { parseParametersOf, toldExtractParameters } from '../../../model/extract-parameters.ts';
import type { ExtractJobRow, ExtractJobView } from '../../../services/extract-jobs.ts';
import type { ExtractJob } from '../../schemas/extract-job.ts';
import { presentRun } from '../job-run.ts';

/** An extract job as the wire shows it, without what lies in its result. */
export function presentExtractJob(
  { job, waitingReason }: ExtractJobView,
  expand: ReadonlySet<string>,
): Omit<ExtractJob, 'extract_result' | 'extract_metadata'> {
  const isEnded = job.finished_at !== null;
  return {
    id: job.id,
    file_input: job.file_input ?? '',
    project_id: job.project_id,
    status: job.status,
    configuration_id: job.configuration_id,
    configuration: expand.has('configuration') ? presentConfiguration(job) : null,
    error_message: job.error_message,
    metadata: expand.has('metadata') && isEnded ? presentMetadata(job) : null,
    // Extracting on one's own machine costs no credits; null until the job has ended, as on the hosted service.
    usage: expand.has('usage') && isEnded ? { credits: 0, extract_credits: 0, parse_credits: 0 } : null,
    waiting_reason: waitingReason,
    created_at: job.created_at.toISOString(),
    updated_at: job.updated_at.toISOString(),
  };
}

function presentConfiguration({ parameters }: ExtractJobRow): NonNullable<ExtractJob['configuration']> {
  return toldExtractParameters(parameters) as unknown as NonNullable<ExtractJob['configuration']>;
}

/** `metadata`: what is told about an extraction beside its data. */
function presentMetadata(job: ExtractJobRow): Record<string, unknown> {
  const { summary } = job;
  return {
    usage: { num_pages_extracted: job.pages ?? 0, num_pages_billed: 0 },
    ...presentRun(job),
    ...(summary && {
      engine: summary.engine.name,
      engine_version: summary.engine.version,
      seconds: summary.seconds,
      fields: summary.fields,
      ...(summary.model && { model: summary.model }),
      ...(summary.tokens && { tokens: summary.tokens }),
      ...(summary.failedPages !== undefined && { failed_pages: summary.failedPages }),
      options_not_applied: summary.optionsNotApplied,
      warnings: summary.warnings,
    }),
  };
}

/** The tier of the parse that is extracted from. */
export function presentParseTier({ parameters }: ExtractJobRow): string | null {
  const { tier } = parseParametersOf(parameters);
  return typeof tier === 'string' ? tier : null;
}
