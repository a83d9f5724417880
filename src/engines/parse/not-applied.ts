import type { ParseOptions } from '../../model/parse-options.ts';
import { cutFractions } from '../../model/parse-crop.ts';
import type { OpenDocument } from './reader.ts';

/** Options that need to know where a page's words stand, which text documents, sheets and slides do not tell. */
const OF_PLACES: readonly (readonly [path: string, isGiven: (options: ParseOptions) => boolean])[] = [
  ['crop_box', (options) => options.cropBox !== undefined],
  ['output_options.extract_printed_page_number', (options) => options.extractPrintedPageNumber],
  ['output_options.markdown.annotate_line_numbers', (options) => options.annotateLineNumbers],
  [
    'output_options.spatial_text.preserve_layout_alignment_across_pages',
    (options) => options.alignAcrossPages,
  ],
  ['output_options.spatial_text.preserve_very_small_text', (options) => options.preserveVerySmallText],
  ['processing_control.job_failure_conditions.fail_on_buggy_font', (options) => options.failOnBuggyFont],
  ['processing_options.aggressive_table_extraction', (options) => options.aggressiveTables],
  ['processing_options.ignore.ignore_diagonal_text', (options) => options.ignoreDiagonalText],
  ['processing_options.ignore.ignore_hidden_text', (options) => options.ignoreHiddenText],
];

/** The options that a document's kind leaves no way to apply, by their paths. */
export function notApplicable(options: ParseOptions, { offers = [] }: OpenDocument): string[] {
  const hasPlaces = offers.includes('words');
  const emptyCrop = hasPlaces && options.cropBox !== undefined && cutFractions(options.cropBox) === undefined;
  const revisions = options.annotateRevisions && !offers.includes('revisions');
  return [
    ...(emptyCrop ? ['crop_box'] : []),
    ...(hasPlaces ? [] : OF_PLACES.filter(([, isGiven]) => isGiven(options)).map(([path]) => path)),
    ...(revisions ? ['output_options.markdown.annotate_revisions'] : []),
  ];
}
