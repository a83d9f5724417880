import { downloadSize, type ResultDownload } from '../../../model/result-downloads.ts';
import type { Services } from '../../../services/context.ts';
import type { DownloadResource } from '../../../services/download-links.ts';
import type { JobWithParameters } from '../../../services/parse-jobs.ts';
import { listImages } from '../../../services/parse-sections.ts';
import type { ResultArtifact } from '../../schemas/parse-result.ts';

/** Makes a link to a part of a result. */
export type Presign = (resource: DownloadResource) => string;

/**
 * Which `expand` value gives which entry of `result_content_metadata`. The names that were seen on the wire are kept
 * (contract 8.3): `md`, `fullText`, `json`, `xlsx`, `outputPDF`, `grounded_items`; the others are called like the part.
 */
const ENTRIES: readonly (readonly [expand: string, entry: string, part: ResultDownload])[] = [
  ['text_content_metadata', 'text', 'text'],
  ['markdown_content_metadata', 'markdown', 'markdown'],
  ['items_content_metadata', 'json', 'items'],
  ['metadata_content_metadata', 'metadata', 'metadata'],
  ['text_full_content_metadata', 'fullText', 'text_full'],
  ['markdown_full_content_metadata', 'md', 'markdown_full'],
  ['forms_content_metadata', 'forms', 'forms'],
  ['raw_words_content_metadata', 'raw_words', 'raw_words'],
  ['xlsx_content_metadata', 'xlsx', 'xlsx'],
  ['output_pdf_content_metadata', 'outputPDF', 'output_pdf'],
  ['stripped_markdown_content_metadata', 'stripped_md', 'stripped_md'],
  [
    'concatenated_stripped_markdown_content_metadata',
    'concatenated_stripped_txt',
    'concatenated_stripped_txt',
  ],
  ['grounded_items_content_metadata', 'grounded_items', 'grounded_items'],
];

/**
 * `result_content_metadata`. Null while there is no result, or when no entry was asked for. Grounded items are told of
 * whenever the result has them, as no `expand` value of the contract names them; whatever else was asked for and is
 * not there says so.
 */
export function presentContentMetadata(
  job: JobWithParameters,
  expand: ReadonlySet<string>,
  presign: Presign,
): Record<string, ResultArtifact> | null {
  const { id, result } = job;
  if (!result) return null;
  const entries = ENTRIES.flatMap(([value, name, part]): [string, ResultArtifact][] => {
    const size = downloadSize(result, part);
    if (!expand.has(value) && !(part === 'grounded_items' && size !== undefined)) return [];
    if (size === undefined) return [[name, { size_bytes: 0, exists: false, presigned_url: null }]];
    const presigned_url = presign({ kind: 'result', id, part });
    return [[name, { size_bytes: size, exists: true, presigned_url }]];
  });
  return entries.length > 0 ? Object.fromEntries(entries) : null;
}

/**
 * `images_content_metadata` as JSON text, piece by piece: a long document has thousands of pictures.
 * `total_count` counts all of them, also when only some are asked for by name.
 */
export async function* streamImages(
  services: Services,
  job: JobWithParameters,
  names: readonly string[] | undefined,
  presign: Presign,
): AsyncGenerator<string> {
  if (!job.result?.parts) {
    yield 'null';
    return;
  }
  const wanted = names && names.length > 0 ? new Set(names) : undefined;
  yield '{"images":[';
  let total = 0;
  let separator = '';
  for await (const { at, ...image } of listImages(services, job)) {
    total += 1;
    const { filename: name, size_bytes: length } = image;
    if (wanted && !wanted.has(name)) continue;
    const presigned_url = presign({ kind: 'image', id: job.id, name, at, length });
    yield `${separator}${JSON.stringify({ ...image, presigned_url })}`;
    separator = ',';
  }
  yield `],"total_count":${total}}`;
}
