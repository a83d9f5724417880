import { Type, type Static } from 'typebox';

import { AnyObject, MapOf, Maybe, OneOf } from './fields.ts';
import { FormsResult } from './parse-forms.ts';
import { ParseJob } from './parse-job.ts';
import { IMAGE_CATEGORIES } from './parse-output-options.ts';
import { ItemsResult, MarkdownResult, TextResult } from './parse-pages.ts';

/** Contract 8.3, `metadata`. */
export const MetadataResult = Type.Object(
  {
    pages: Type.Array(
      Type.Object(
        {
          page_number: Type.Integer(),
          confidence: Maybe(Type.Number()),
          cost_optimized: Maybe(Type.Boolean()),
          original_orientation_angle: Maybe(Type.Integer({ description: 'Degrees.' })),
          printed_page_number: Maybe(Type.String()),
          slide_section_name: Maybe(Type.String()),
          speaker_notes: Maybe(Type.String()),
          triggered_auto_mode: Maybe(Type.Boolean()),
        },
        { $id: 'MetadataPage' },
      ),
    ),
    document: Maybe(
      Type.Object(
        {
          confidence: Maybe(Type.Number()),
          confidence_breakdown: Maybe(
            Type.Object({
              min_page_score: Type.Number(),
              scored_pages: Type.Integer(),
              total_pages: Type.Integer(),
            }),
          ),
        },
        { $id: 'DocumentMetadata' },
      ),
    ),
  },
  { $id: 'MetadataResult' },
);
export type MetadataResult = Static<typeof MetadataResult>;

/** One stored artifact of a result. */
export const ResultArtifact = Type.Object(
  {
    size_bytes: Type.Integer(),
    exists: Type.Optional(Type.Boolean({ default: true })),
    presigned_url: Maybe(Type.String()),
  },
  { $id: 'ResultArtifact' },
);
export type ResultArtifact = Static<typeof ResultArtifact>;

const pixels = Type.Integer();
const ResultImage = Type.Object(
  {
    index: Type.Integer(),
    filename: Type.String(),
    content_type: Maybe(Type.String()),
    size_bytes: Maybe(Type.Integer()),
    presigned_url: Maybe(Type.String()),
    category: Maybe(OneOf(IMAGE_CATEGORIES)),
    bbox: Maybe(Type.Object({ x: pixels, y: pixels, w: pixels, h: pixels }, { $id: 'ResultImageBox' })),
  },
  { $id: 'ResultImage' },
);

/** Contract 8.3, `images_content_metadata`. */
export const ResultImages = Type.Object(
  { total_count: Type.Integer(), images: Type.Array(ResultImage) },
  { $id: 'ResultImages' },
);
export type ResultImages = Static<typeof ResultImages>;

/**
 * Contract 8.3. The job is nested here and nowhere else (contract 13.1); every section is null unless it was
 * asked for and is there, whatever the job's status (contract 13.2).
 */
export const ParseResult = Type.Object(
  {
    job: ParseJob,
    text: Maybe(TextResult),
    markdown: Maybe(MarkdownResult),
    items: Maybe(ItemsResult),
    metadata: Maybe(MetadataResult),
    forms: Maybe(FormsResult),
    text_full: Maybe(Type.String()),
    markdown_full: Maybe(Type.String()),
    result_content_metadata: Maybe(MapOf(ResultArtifact)),
    images_content_metadata: Maybe(ResultImages),
    job_metadata: Maybe(AnyObject()),
    raw_parameters: Maybe(AnyObject()),
  },
  { $id: 'ParseResult' },
);
export type ParseResult = Static<typeof ParseResult>;
