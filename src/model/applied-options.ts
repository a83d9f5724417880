/** Leaves of contract 7.2 that `ParseOptions` carries. An engine that can do less passes a smaller set. */
export const LOCALLY_APPLIED_OPTIONS: ReadonlySet<string> = new Set([
  'input_options.password',
  'input_options.html.make_all_elements_visible',
  'input_options.html.remove_fixed_elements',
  'input_options.html.remove_navigation_elements',
  'input_options.spreadsheet.include_hidden_sheets',
  'input_options.spreadsheet.detect_sub_tables_in_sheets',
  'input_options.presentation.out_of_bounds_content',
  'input_options.presentation.skip_embedded_data',
  'crop_box.top',
  'crop_box.right',
  'crop_box.bottom',
  'crop_box.left',
  'page_ranges.max_pages',
  'page_ranges.target_pages',
  'output_options.markdown.annotate_line_numbers',
  'output_options.markdown.annotate_links',
  'output_options.markdown.annotate_revisions',
  'output_options.markdown.tables.compact_markdown_tables',
  'output_options.markdown.tables.merge_continued_tables',
  'output_options.markdown.tables.output_tables_as_markdown',
  'output_options.markdown.tables.markdown_table_multiline_separator',
  'output_options.spatial_text.do_not_unroll_columns',
  'output_options.spatial_text.preserve_layout_alignment_across_pages',
  'output_options.spatial_text.preserve_very_small_text',
  'output_options.extract_printed_page_number',
  'output_options.markdown.inline_images',
  'output_options.images_to_save',
  'output_options.additional_outputs',
  'output_options.granular_bboxes',
  'output_options.tables_as_spreadsheet.enable',
  'output_options.tables_as_spreadsheet.guess_sheet_name',
  'output_options.save_output_pdf',
  'processing_control.timeouts.base_in_seconds',
  'processing_control.timeouts.extra_time_per_page_in_seconds',
  'processing_control.job_failure_conditions.allowed_page_failure_ratio',
  'processing_control.job_failure_conditions.fail_on_image_ocr_error',
  'processing_control.job_failure_conditions.fail_on_image_extraction_error',
  'processing_control.job_failure_conditions.fail_on_buggy_font',
  // Kept without doing anything: a page's markdown is made of its items, which fails with the whole page or not at all.
  'processing_control.job_failure_conditions.fail_on_markdown_reconstruction_error',
  'processing_options.aggressive_table_extraction',
  'processing_options.auto_mode_configuration',
  'processing_options.disable_heuristics',
  'processing_options.ignore.ignore_diagonal_text',
  'processing_options.ignore.ignore_hidden_text',
  'processing_options.ignore.ignore_text_in_image',
  'processing_options.ocr_parameters.languages',
]);

/** Top-level keys that belong to the job rather than to parsing; others act on them. */
export const JOB_KEYS: ReadonlySet<string> = new Set([
  'product_type',
  'tier',
  'version',
  'client_name',
  'disable_cache',
  'webhook_configuration_ids',
  'webhook_configurations',
  'configuration_id',
  'file_id',
  'source_url',
  'http_proxy',
  'user_metadata',
]);

/** Defaults of contract 7.2 that are not null, false or empty: giving them explicitly changes nothing. */
const NON_EMPTY_DEFAULTS: ReadonlyMap<string, unknown> = new Map<string, unknown>([
  ['output_options.tables_as_spreadsheet.guess_sheet_name', true],
  ['processing_options.forms', 'default'],
]);

type Tree = Readonly<Record<string, unknown>>;

/** Paths of `parameters` that were given a value other than the default and are not in `applied`. */
export function listNotApplied(parameters: Tree, applied: ReadonlySet<string>): string[] {
  const found: string[] = [];
  const walk = (tree: Tree, prefix: string) => {
    for (const [key, value] of Object.entries(tree)) {
      if (prefix === '' && JOB_KEYS.has(key)) continue;
      const path = prefix + key;
      if (isTree(value)) walk(value, `${path}.`);
      else if (isGiven(path, value) && !applied.has(path)) found.push(path);
    }
  };
  walk(parameters, '');
  return found;
}

function isGiven(path: string, value: unknown): boolean {
  if (value === null || value === undefined || value === false || value === '') return false;
  if (Array.isArray(value) && value.length === 0) return false;
  return NON_EMPTY_DEFAULTS.get(path) !== value;
}

function isTree(value: unknown): value is Tree {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
