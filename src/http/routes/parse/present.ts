import { LATEST_PARSE_VERSION, PARSE_VERSIONS } from '../../../model/parse-versions.ts';
import type { ParseSummary } from '../../../model/parse-result.ts';
import type { JobWithParameters, ParseJobView } from '../../../services/parse-jobs.ts';
import type { ParseJob, ParseVersions } from '../../schemas/parse-job.ts';
import { presentRun } from '../job-run.ts';

/** A parse job as the wire shows it. */
export function presentParseJob(
  { job, waitingReason }: ParseJobView,
  options: { withUsage: boolean },
): ParseJob {
  const { tier } = job.parameters;
  return {
    id: job.id,
    project_id: job.project_id,
    status: job.status,
    error_message: job.error_message,
    name: job.name,
    tier: typeof tier === 'string' ? tier : null,
    user_metadata: job.user_metadata,
    // Parsing on one's own machine costs no credits; null until the job has ended, as on the hosted service.
    usage: options.withUsage && job.finished_at ? { credits: 0 } : null,
    waiting_reason: waitingReason,
    created_at: job.created_at.toISOString(),
    updated_at: job.updated_at.toISOString(),
  };
}

/** `job_metadata`: what is told about a parse beside its content. Null until there is something to tell. */
export function presentJobMetadata(job: JobWithParameters): Record<string, unknown> | null {
  if (!job.finished_at) return null;
  return {
    file_id: job.file_id,
    ...presentRun(job),
    ...(job.summary && presentSummary(job.summary)),
  };
}

/** `raw_parameters`: what the job runs with. Webhooks (contract 10.1) and the document's password are never told. */
export function presentRawParameters({ parameters }: JobWithParameters): Record<string, unknown> {
  const { webhook_configurations: _webhooks, input_options: input, ...told } = parameters;
  if (typeof input !== 'object' || input === null) return told;
  const { password: _password, ...options } = input as Record<string, unknown>;
  return { ...told, input_options: options };
}

function presentSummary(summary: ParseSummary): Record<string, unknown> {
  return {
    engine: summary.engine.name,
    engine_version: summary.engine.version,
    document_pages: summary.documentPages,
    pages: {
      total: summary.pages.total,
      text_layer: summary.pages.textLayer,
      ocr: summary.pages.ocr,
      native: summary.pages.native,
      model: summary.pages.model ?? 0,
      empty: summary.pages.empty,
      failed: summary.pages.failed,
    },
    model: summary.model ?? null,
    seconds: summary.seconds,
    options_not_applied: summary.optionsNotApplied,
    warnings: summary.warnings,
  };
}

/** The releases of each tier, newest first, and what `latest` means for it. */
export function presentParseVersions(): ParseVersions {
  return {
    fast: [...PARSE_VERSIONS.fast],
    cost_effective: [...PARSE_VERSIONS.cost_effective],
    agentic: [...PARSE_VERSIONS.agentic],
    agentic_plus: [...PARSE_VERSIONS.agentic_plus],
    latest: { ...LATEST_PARSE_VERSION },
  };
}
