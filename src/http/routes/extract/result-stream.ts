import { tellsMetadata } from '../../../model/extract-parameters.ts';
import type { Services } from '../../../services/context.ts';
import type { ExtractJobView } from '../../../services/extract-jobs.ts';
import { openExtraction, readableExtractions } from '../../../services/extract-sections.ts';
import type { Page } from '../../../services/paging.ts';
import { presentExtractJob, presentParseTier } from './present.ts';

/**
 * An extract job as JSON text, piece by piece: stored data is passed through as it is, so its fields keep their order.
 * @param withResult false where the bytes of the result are gone
 */
export async function* streamExtractJob(
  services: Services,
  view: ExtractJobView,
  expand: ReadonlySet<string>,
  withResult = true,
): AsyncGenerator<string | Buffer> {
  const { job } = view;
  yield `${JSON.stringify(presentExtractJob(view, expand)).slice(0, -1)},"extract_result":`;
  yield* orNull(withResult ? openExtraction(services, job, 'data') : null);
  yield ',"extract_metadata":';
  const tells = expand.has('extract_metadata') || tellsMetadata(job.parameters);
  if (!tells || !job.result) {
    yield 'null}';
    return;
  }
  yield '{"field_metadata":';
  yield* orNull(withResult ? openExtraction(services, job, 'field_metadata') : null);
  yield `,"parse_job_id":${JSON.stringify(job.parse_job_id)},"parse_tier":${JSON.stringify(presentParseTier(job))}}}`;
}

/** A page of extract jobs as JSON text, one job after the other. */
export async function* streamExtractJobs(
  services: Services,
  page: Page<ExtractJobView>,
  expand: ReadonlySet<string>,
): AsyncGenerator<string | Buffer> {
  const readable = await readableExtractions(
    services,
    page.items.map(({ job }) => job),
  );
  yield '{"items":[';
  for (const [index, view] of page.items.entries()) {
    if (index > 0) yield ',';
    yield* streamExtractJob(services, view, expand, readable.has(view.job.id));
  }
  const { nextPageToken: next_page_token, totalSize: total_size } = page;
  yield `],${JSON.stringify({ next_page_token, total_size }).slice(1)}`;
}

async function* orNull(stored: AsyncIterable<Buffer> | null): AsyncGenerator<string | Buffer> {
  if (stored) yield* stored;
  else yield 'null';
}
