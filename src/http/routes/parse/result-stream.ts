import { RESULT_SECTIONS } from '../../../model/parse-result.ts';
import type { Services } from '../../../services/context.ts';
import type { ParseJobView } from '../../../services/parse-jobs.ts';
import { openFullText, openPart, openSection } from '../../../services/parse-sections.ts';
import { presentContentMetadata, streamImages, type Presign } from './content-metadata.ts';
import { presentJobMetadata, presentParseJob, presentRawParameters } from './present.ts';

const FULL_SECTIONS = [
  ['text_full', 'text'],
  ['markdown_full', 'markdown'],
] as const;

/** What a client wants of a result. */
export interface ResultWish {
  readonly expand: ReadonlySet<string>;
  /** Only these pictures; all by default. */
  readonly imageNames: readonly string[] | undefined;
  readonly presign: Presign;
}

/**
 * The answer of `GET /api/v2/parse/{job_id}` as JSON text, piece by piece: stored sections are passed through as
 * they are. Every section is there, and null unless it was asked for and exists (contract 8.3).
 */
export async function* streamParseResult(
  services: Services,
  view: ParseJobView,
  wish: ResultWish,
): AsyncGenerator<string | Buffer> {
  const { job } = view;
  const { expand, presign } = wish;
  yield `{"job":${JSON.stringify(presentParseJob(view, { withUsage: expand.has('usage') }))}`;
  for (const section of RESULT_SECTIONS) {
    yield `,"${section}":`;
    yield* orNull(expand.has(section) ? openSection(services, job, section) : null);
  }
  for (const [name, section] of FULL_SECTIONS) {
    yield `,"${name}":`;
    yield* orNull(expand.has(name) ? openFullText(services, job, section) : null);
  }
  yield ',"forms":';
  yield* orNull(expand.has('forms') ? openPart(services, job, 'forms') : null);
  yield `,"result_content_metadata":${JSON.stringify(presentContentMetadata(job, expand, presign))}`;
  yield ',"images_content_metadata":';
  if (!expand.has('images_content_metadata')) yield 'null';
  else yield* streamImages(services, job, wish.imageNames, presign);
  const metadata = expand.has('job_metadata') ? presentJobMetadata(job) : null;
  const parameters = expand.has('raw_parameters') ? presentRawParameters(job) : null;
  yield `,"job_metadata":${JSON.stringify(metadata)},"raw_parameters":${JSON.stringify(parameters)}}`;
}

async function* orNull(stored: AsyncIterable<Buffer> | null): AsyncGenerator<string | Buffer> {
  if (stored) yield* stored;
  else yield 'null';
}
