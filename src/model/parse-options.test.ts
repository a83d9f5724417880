import { expect, test } from 'vitest';
import { cutFractions } from './parse-crop.ts';
import { resolveParseOptions } from './parse-options.ts';

test('no parameters give the contract’s defaults', () => {
  const { options, optionsNotApplied } = resolveParseOptions({ tier: 'fast', version: 'latest' });
  expect(options).toMatchObject({
    ignoreDiagonalText: false,
    ignoreTextInImage: false,
    preserveVerySmallText: false,
    annotateLinks: false,
    tablesAsMarkdown: false,
    compactMarkdownTables: false,
    markdownTableMultilineSeparator: '<br>',
    extractPrintedPageNumber: false,
    ocrLanguages: [],
    baseSeconds: 300,
    secondsPerPage: 10,
    allowedPageFailureRatio: 0.05,
    failOnImageOcrError: false,
  });
  expect(optionsNotApplied).toEqual([]);
});

test('given parameters are read from their places', () => {
  const { options, optionsNotApplied } = resolveParseOptions({
    page_ranges: { target_pages: ' 1-3 ', max_pages: 7 },
    crop_box: { bottom: 0.5, left: 0.1, top: null },
    processing_control: {
      timeouts: { base_in_seconds: 60, extra_time_per_page_in_seconds: 2 },
      job_failure_conditions: { allowed_page_failure_ratio: 1, fail_on_image_ocr_error: true },
    },
    processing_options: {
      ignore: { ignore_diagonal_text: true, ignore_text_in_image: true },
      ocr_parameters: { languages: ['de', 'en', 'de'] },
    },
    output_options: {
      extract_printed_page_number: true,
      spatial_text: { preserve_very_small_text: true, do_not_unroll_columns: true },
      markdown: {
        annotate_links: true,
        tables: {
          output_tables_as_markdown: true,
          compact_markdown_tables: true,
          markdown_table_multiline_separator: ' / ',
        },
      },
    },
  });
  expect(options).toMatchObject({
    targetPages: '1-3',
    maxPages: 7,
    cropBox: { top: 0, left: 0.1, bottom: 0.5, right: 1 },
    ignoreDiagonalText: true,
    ignoreTextInImage: true,
    preserveVerySmallText: true,
    annotateLinks: true,
    tablesAsMarkdown: true,
    compactMarkdownTables: true,
    markdownTableMultilineSeparator: ' / ',
    extractPrintedPageNumber: true,
    ocrLanguages: ['de', 'en'],
    baseSeconds: 60,
    secondsPerPage: 2,
    allowedPageFailureRatio: 1,
    failOnImageOcrError: true,
  });
  expect(optionsNotApplied).toEqual([]);
});

test('every other leaf with a value that is not its default is reported by its path', () => {
  const { optionsNotApplied } = resolveParseOptions({
    tier: 'agentic',
    webhook_configurations: [{ webhook_url: 'https://example.org' }],
    agentic_options: { custom_prompt: 'Be brief' },
    fast_options: {},
    input_options: { pdf: {}, html: { remove_navigation_elements: true, remove_fixed_elements: false } },
    processing_options: { forms: 'enrich', confidence_score_effort: 'high', auto_mode_configuration: [] },
    output_options: {
      images_to_save: ['screenshot'],
      additional_outputs: [],
      tables_as_spreadsheet: { enable: null, guess_sheet_name: true },
      something_new: 3,
    },
  });
  expect(optionsNotApplied).toEqual([
    'agentic_options.custom_prompt',
    'processing_options.forms',
    'processing_options.confidence_score_effort',
    'output_options.something_new',
  ]);
});

test('what is wanted beside the sections is read with its defaults', () => {
  expect(resolveParseOptions({}).options.artifacts).toEqual({
    imagesToSave: new Set(),
    inlineImages: false,
    additionalOutputs: new Set(),
    granularBoxes: new Set(),
    tablesAsSpreadsheet: false,
    guessSheetName: true,
    saveOutputPdf: false,
  });
  const asked = resolveParseOptions({
    output_options: {
      images_to_save: ['embedded', 'layout'],
      additional_outputs: ['word_bbox'],
      granular_bboxes: ['line'],
      tables_as_spreadsheet: { enable: true, guess_sheet_name: false },
      save_output_pdf: true,
      markdown: { inline_images: true },
    },
  });
  expect(asked.optionsNotApplied).toEqual([]);
  expect(asked.options.artifacts).toEqual({
    imagesToSave: new Set(['embedded', 'layout']),
    inlineImages: true,
    additionalOutputs: new Set(['word_bbox']),
    granularBoxes: new Set(['line']),
    tablesAsSpreadsheet: true,
    guessSheetName: false,
    saveOutputPdf: true,
  });
});

test('an engine that can do less reports more', () => {
  const parameters = { output_options: { markdown: { annotate_links: true } } };
  expect(resolveParseOptions(parameters, new Set()).optionsNotApplied).toEqual([
    'output_options.markdown.annotate_links',
  ]);
});

test('boundary positions become cut fractions', () => {
  const cut = cutFractions({ top: 0.1, bottom: 0.75, left: 0.25, right: 1 });
  expect(cut).toEqual({ top: 0.1, bottom: 0.25, left: 0.25, right: 0 });
  expect(cutFractions({ top: 0.5, bottom: 0.5, left: 0, right: 1 })).toBeUndefined();
});
