import { listNotApplied, LOCALLY_APPLIED_OPTIONS } from './applied-options.ts';
import { type AutoModeRule, autoModeNotApplied, readAutoMode } from './auto-mode.ts';
import { branch, numberIn, type Tree } from './option-tree.ts';
import { type PositionedCrop, readCrop } from './parse-crop.ts';
import type { ImageCategory } from './parse-result.ts';

/** Seconds a document may take before its pages are counted in, when the configuration does not say. */
const DEFAULT_BASE_SECONDS = 300;
/** Seconds each asked-for page adds, when the configuration does not say. */
const DEFAULT_SECONDS_PER_PAGE = 10;
/** Contract 7.2: the share of pages that may fail before the job does. */
const DEFAULT_ALLOWED_PAGE_FAILURE_RATIO = 0.05;

/** What is wanted beside text, markdown, items and metadata (contract 7.2, `output_options`). */
export interface ArtifactOptions {
  readonly imagesToSave: ReadonlySet<ImageCategory>;
  /** Pictures stand in the markdown as data URIs. */
  readonly inlineImages: boolean;
  /** As given: `stripped_md`, `concatenated_stripped_txt`, `word_bbox`, and whatever else somebody wrote. */
  readonly additionalOutputs: ReadonlySet<string>;
  /** How finely the grounded items are boxed: `cell`, `line`, `word`. Empty: there are none. */
  readonly granularBoxes: ReadonlySet<string>;
  readonly tablesAsSpreadsheet: boolean;
  readonly guessSheetName: boolean;
  readonly saveOutputPdf: boolean;
}

/** The `parse_v2` parameters of contract 7.2 that a local engine can act on, typed and with defaults filled in. */
export interface ParseOptions {
  /** Parse only the first n pages; `targetPages` wins over it. */
  readonly maxPages?: number;
  /** 1-based, sorted, like `1,3,5-8`. */
  readonly targetPages?: string;
  readonly cropBox?: PositionedCrop;
  /** Opens a protected document. An addition of Sheaf: `input_options.password`. */
  readonly password?: string;
  readonly ignoreDiagonalText: boolean;
  /** Text that the page does not show is left out. */
  readonly ignoreHiddenText: boolean;
  /** Text that is only in pictures is left out: pages without a text layer come back empty. */
  readonly ignoreTextInImage: boolean;
  readonly preserveVerySmallText: boolean;
  /** The spatial texts of all pages stand on one grid. */
  readonly alignAcrossPages: boolean;
  /** Tables stay as the reader found them. */
  readonly disableHeuristics: boolean;
  /** Tables are looked for everywhere on a page. */
  readonly aggressiveTables: boolean;
  /** Pages are read by OCR at a higher resolution; only rules of the auto mode ask for it. */
  readonly highResolutionOcr: boolean;
  /** Pages that look like this are read again like that. */
  readonly autoMode: readonly AutoModeRule[];
  /** Markdown carries `[text](url)`; otherwise only the text. */
  readonly annotateLinks: boolean;
  /** Line numbers printed on the page are told beside the markdown instead of in it. */
  readonly annotateLineNumbers: boolean;
  /** Tracked changes and comments are told beside the items. */
  readonly annotateRevisions: boolean;
  /** How web pages and mail are read. */
  readonly html: {
    readonly makeAllElementsVisible: boolean;
    readonly removeFixedElements: boolean;
    readonly removeNavigationElements: boolean;
  };
  /** How workbooks are read. */
  readonly spreadsheet: {
    /** Hidden sheets, rows and columns are read too. */
    readonly includeHiddenSheets: boolean;
    /** Every empty row and column separates tables. */
    readonly detectSubTables: boolean;
  };
  /** How slides are read. */
  readonly presentation: {
    /** Text outside the slide is kept. */
    readonly outOfBoundsContent: boolean;
    /** Tables of the data behind charts are left out. */
    readonly skipEmbeddedData: boolean;
  };
  /** Tables inside a page's markdown are markdown; otherwise HTML. */
  readonly tablesAsMarkdown: boolean;
  readonly compactMarkdownTables: boolean;
  /** Tables that go on across pages become one, on the page where they begin. */
  readonly mergeContinuedTables: boolean;
  /** Stands in markdown table cells where the cell's text breaks its line. */
  readonly markdownTableMultilineSeparator: string;
  readonly extractPrintedPageNumber: boolean;
  readonly artifacts: ArtifactOptions;
  /** Contract codes, most important first; empty when nobody named any, which leaves the choice to the engine. */
  readonly ocrLanguages: readonly string[];
  /** The document's deadline is `baseSeconds` + `secondsPerPage` for every page asked for. */
  readonly baseSeconds: number;
  readonly secondsPerPage: number;
  /** Over 0 up to 1. */
  readonly allowedPageFailureRatio: number;
  /** One page whose OCR failed fails the document. */
  readonly failOnImageOcrError: boolean;
  /** One embedded picture that cannot be taken out fails the document. */
  readonly failOnImageExtractionError: boolean;
  /** A font that does not say which letters its signs are fails the document. */
  readonly failOnBuggyFont: boolean;
}

export interface ResolvedParseOptions {
  readonly options: ParseOptions;
  /** Paths that were given a value other than the default and that the engine does not act on. */
  readonly optionsNotApplied: readonly string[];
}

/** Reads stored `parse_v2` parameters, which the HTTP room has validated. Pure; never throws on odd values. */
export function resolveParseOptions(
  parameters: Tree,
  applied: ReadonlySet<string> = LOCALLY_APPLIED_OPTIONS,
): ResolvedParseOptions {
  const notApplied = listNotApplied(parameters, applied);
  if (applied.has('processing_options.auto_mode_configuration')) {
    const rules = branch(parameters, 'processing_options')['auto_mode_configuration'];
    notApplied.push(...autoModeNotApplied(rules));
  }
  return { options: readOptions(parameters), optionsNotApplied: notApplied };
}

function readOptions(parameters: Tree): ParseOptions {
  const ranges = branch(parameters, 'page_ranges');
  const output = branch(parameters, 'output_options');
  const markdown = branch(output, 'markdown');
  const tables = branch(markdown, 'tables');
  const control = branch(parameters, 'processing_control');
  const timeouts = branch(control, 'timeouts');
  const conditions = branch(control, 'job_failure_conditions');
  const processing = branch(parameters, 'processing_options');
  const ignore = branch(processing, 'ignore');
  const languages = branch(processing, 'ocr_parameters')['languages'];
  const maxPages = numberIn(ranges['max_pages'], 1, Number.MAX_SAFE_INTEGER);
  const targetPages = ranges['target_pages'];
  const cropBox = readCrop(branch(parameters, 'crop_box'));
  const input = branch(parameters, 'input_options');
  const html = branch(input, 'html');
  const presentation = branch(input, 'presentation');
  const spreadsheet = branch(input, 'spreadsheet');
  const { password } = input;
  const separator = tables['markdown_table_multiline_separator'];
  return {
    ...(maxPages === undefined ? {} : { maxPages }),
    ...(typeof targetPages === 'string' && targetPages.trim() !== ''
      ? { targetPages: targetPages.trim() }
      : {}),
    ...(cropBox === undefined ? {} : { cropBox }),
    ...(typeof password === 'string' && password !== '' ? { password } : {}),
    ignoreDiagonalText: ignore['ignore_diagonal_text'] === true,
    ignoreHiddenText: ignore['ignore_hidden_text'] === true,
    ignoreTextInImage: ignore['ignore_text_in_image'] === true,
    alignAcrossPages: branch(output, 'spatial_text')['preserve_layout_alignment_across_pages'] === true,
    disableHeuristics: processing['disable_heuristics'] === true,
    aggressiveTables: processing['aggressive_table_extraction'] === true,
    highResolutionOcr: false,
    autoMode: readAutoMode(processing['auto_mode_configuration']),
    preserveVerySmallText: branch(output, 'spatial_text')['preserve_very_small_text'] === true,
    annotateLineNumbers: markdown['annotate_line_numbers'] === true,
    annotateLinks: markdown['annotate_links'] === true,
    annotateRevisions: markdown['annotate_revisions'] === true,
    html: {
      makeAllElementsVisible: html['make_all_elements_visible'] === true,
      removeFixedElements: html['remove_fixed_elements'] === true,
      removeNavigationElements: html['remove_navigation_elements'] === true,
    },
    spreadsheet: {
      includeHiddenSheets: spreadsheet['include_hidden_sheets'] === true,
      detectSubTables: spreadsheet['detect_sub_tables_in_sheets'] === true,
    },
    presentation: {
      outOfBoundsContent: presentation['out_of_bounds_content'] === true,
      skipEmbeddedData: presentation['skip_embedded_data'] === true,
    },
    tablesAsMarkdown: tables['output_tables_as_markdown'] === true,
    compactMarkdownTables: tables['compact_markdown_tables'] === true,
    mergeContinuedTables: tables['merge_continued_tables'] === true,
    markdownTableMultilineSeparator: typeof separator === 'string' ? separator : '<br>',
    extractPrintedPageNumber: output['extract_printed_page_number'] === true,
    artifacts: readArtifacts(output),
    ocrLanguages: readLanguages(languages),
    baseSeconds: numberIn(timeouts['base_in_seconds'], 1, 7200) ?? DEFAULT_BASE_SECONDS,
    secondsPerPage: numberIn(timeouts['extra_time_per_page_in_seconds'], 1, 300) ?? DEFAULT_SECONDS_PER_PAGE,
    allowedPageFailureRatio:
      numberIn(conditions['allowed_page_failure_ratio'], Number.MIN_VALUE, 1) ??
      DEFAULT_ALLOWED_PAGE_FAILURE_RATIO,
    failOnImageOcrError: conditions['fail_on_image_ocr_error'] === true,
    failOnBuggyFont: conditions['fail_on_buggy_font'] === true,
    failOnImageExtractionError: conditions['fail_on_image_extraction_error'] === true,
  };
}

function readArtifacts(output: Tree): ArtifactOptions {
  const spreadsheet = branch(output, 'tables_as_spreadsheet');
  return {
    imagesToSave: new Set(strings(output['images_to_save']) as ImageCategory[]),
    inlineImages: branch(output, 'markdown')['inline_images'] === true,
    additionalOutputs: new Set(strings(output['additional_outputs'])),
    granularBoxes: new Set(strings(output['granular_bboxes'])),
    tablesAsSpreadsheet: spreadsheet['enable'] === true,
    guessSheetName: spreadsheet['guess_sheet_name'] !== false,
    saveOutputPdf: output['save_output_pdf'] === true,
  };
}

function strings(value: unknown): string[] {
  return Array.isArray(value) ? value.filter((entry): entry is string => typeof entry === 'string') : [];
}

function readLanguages(value: unknown): readonly string[] {
  return [...new Set(strings(value))];
}
