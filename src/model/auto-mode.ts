import type { Tree } from './option-tree.ts';
import { branch, flag, list, textIn, wholeNumber } from './option-tree.ts';
import { readCrop } from './parse-crop.ts';
import type { ParseOptions } from './parse-options.ts';

/** What a rule of the auto mode looks for on a page or in the document's name (contract 7.2). */
export type AutoModeTrigger =
  | { readonly kind: 'failed' }
  | { readonly kind: 'table' | 'image' }
  | { readonly kind: 'full-page-image'; readonly leastShare: number }
  | { readonly kind: 'text'; readonly text: string }
  | { readonly kind: 'element'; readonly name: PageElement | undefined }
  | { readonly kind: 'length'; readonly above?: number; readonly below?: number }
  | { readonly kind: 'count'; readonly what: CountedThing; readonly least?: number; readonly most?: number }
  | { readonly kind: 'pattern'; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'name-pattern'; readonly pattern: string; readonly flags: string }
  | { readonly kind: 'name-glob'; readonly globs: readonly string[] };

/** What can be counted on a page. Nothing here tells charts from other pictures, so they are never counted. */
export const COUNTED_THINGS = [
  'words', 'lines', 'images', 'tables', 'links', 'charts', 'layout_elements', 'percent_numbers', 'numbers',
] as const; // prettier-ignore
export type CountedThing = (typeof COUNTED_THINGS)[number];

export type PageElement =
  'table' | 'image' | 'text' | 'heading' | 'list' | 'code' | 'header' | 'footer' | 'link';

/** What a page is read again with, in the place of what the job asks for. */
export type AutoModeParsing = Partial<
  Pick<
    ParseOptions,
    | 'ignoreDiagonalText'
    | 'ignoreHiddenText'
    | 'aggressiveTables'
    | 'cropBox'
    | 'ocrLanguages'
    | 'highResolutionOcr'
    | 'alignAcrossPages'
    | 'preserveVerySmallText'
  >
> & { readonly presentation?: Partial<ParseOptions['presentation']> };

export interface AutoModeRule {
  /** Whether all triggers must hold, or one. */
  readonly mode: 'and' | 'or';
  /** A rule without any is for no page. */
  readonly triggers: readonly AutoModeTrigger[];
  readonly parsing: AutoModeParsing;
  /** The tier that the page is read again with; every tier is read by the local engine unless there is a model. */
  readonly tier?: string;
}

/** Contract 7.2: the share of a page that a full-page image covers. */
const FULL_PAGE_SHARE = 0.8;
/** Of flags, those that change what a pattern matches; the others say where the next match is looked for. */
const WITHOUT_EFFECT = /[dgy]/g;

/** Reads `auto_mode_configuration`. Pure; what has been found wrong with it before is passed over. */
export function readAutoMode(configuration: unknown): readonly AutoModeRule[] {
  return list(configuration).map((rule) => {
    const conf = branch(rule, 'parsing_conf');
    const tier = textIn(conf['tier']);
    return {
      mode: rule['trigger_mode'] === 'or' ? 'or' : 'and',
      triggers: [...triggersOf(rule)],
      parsing: parsingOf(conf),
      ...(tier !== undefined && { tier }),
    };
  });
}

function* triggersOf(rule: Tree): Generator<AutoModeTrigger> {
  if (rule['page_md_error'] === true) yield { kind: 'failed' };
  if (rule['table_in_page'] === true) yield { kind: 'table' };
  if (rule['image_in_page'] === true) yield { kind: 'image' };
  if (rule['full_page_image_in_page'] === true) {
    const share = Number(rule['full_page_image_in_page_threshold'] ?? FULL_PAGE_SHARE);
    yield { kind: 'full-page-image', leastShare: Number.isNaN(share) ? FULL_PAGE_SHARE : share };
  }
  const text = textIn(rule['text_in_page']);
  if (text !== undefined) yield { kind: 'text', text };
  const element = textIn(rule['layout_element_in_page']);
  if (element !== undefined) yield { kind: 'element', name: elementNamed(element) };
  const [above, below] = ['page_longer_than_n_chars', 'page_shorter_than_n_chars'].map((key) =>
    wholeNumber(rule[key]),
  );
  if (above !== undefined) yield { kind: 'length', above };
  if (below !== undefined) yield { kind: 'length', below };
  for (const what of COUNTED_THINGS) {
    const least = wholeNumber(rule[`page_contains_at_least_n_${what}`]);
    const most = wholeNumber(rule[`page_contains_at_most_n_${what}`]);
    if (least !== undefined) yield { kind: 'count', what, least };
    if (most !== undefined) yield { kind: 'count', what, most };
  }
  yield* patternsOf(rule);
}

function* patternsOf(rule: Tree): Generator<AutoModeTrigger> {
  for (const [kind, key] of [
    ['pattern', 'regexp_in_page'],
    ['name-pattern', 'filename_regexp'],
  ] as const) {
    const pattern = textIn(rule[key]);
    const flags = (textIn(rule[`${key}_mode`]) ?? '').replaceAll(WITHOUT_EFFECT, '');
    if (pattern !== undefined) yield { kind, pattern, flags };
  }
  const glob = textIn(rule['filename_match_glob']);
  if (glob !== undefined) yield { kind: 'name-glob', globs: [glob] };
  const several = rule['filename_match_glob_list'];
  const globs = Array.isArray(several) ? several.flatMap((one) => textIn(one) ?? []) : [];
  if (globs.length > 0) yield { kind: 'name-glob', globs };
}

function parsingOf(conf: Tree): AutoModeParsing {
  const ignore = branch(conf, 'ignore');
  const spatial = branch(conf, 'spatial_text');
  const presentation = {
    ...flag('outOfBoundsContent', branch(conf, 'presentation')['out_of_bounds_content']),
    ...flag('skipEmbeddedData', branch(conf, 'presentation')['skip_embedded_data']),
  };
  const cropBox = readCrop(branch(conf, 'crop_box'));
  const ocrLanguages = (textIn(conf['language']) ?? '').split(/[\s,+]+/).filter((code) => code !== '');
  return {
    ...flag('ignoreDiagonalText', ignore['ignore_diagonal_text']),
    ...flag('ignoreHiddenText', ignore['ignore_hidden_text']),
    ...flag('aggressiveTables', conf['aggressive_table_extraction']),
    ...flag('highResolutionOcr', conf['high_res_ocr']),
    ...flag('alignAcrossPages', spatial['preserve_layout_alignment_across_pages']),
    ...flag('preserveVerySmallText', spatial['preserve_very_small_text']),
    ...(cropBox && { cropBox }),
    ...(ocrLanguages.length > 0 && { ocrLanguages: [...new Set(ocrLanguages)] }),
    ...(Object.keys(presentation).length > 0 && { presentation }),
  };
}

const ELEMENT_NAMES: Readonly<Record<string, PageElement>> = {
  table: 'table',
  picture: 'image',
  figure: 'image',
  image: 'image',
  text: 'text',
  paragraph: 'text',
  plaintext: 'text',
  title: 'heading',
  heading: 'heading',
  sectionheader: 'heading',
  list: 'list',
  listitem: 'list',
  code: 'code',
  header: 'header',
  pageheader: 'header',
  footer: 'footer',
  pagefooter: 'footer',
  link: 'link',
};

/** The kind of item that a layout element's name stands for; undefined for kinds that are not told apart here. */
function elementNamed(name: string): PageElement | undefined {
  return ELEMENT_NAMES[name.toLowerCase().replaceAll(/[^a-z]/g, '')];
}

/** Parts of a rule's `parsing_conf` that no local reading has. */
const PARSING_NOT_APPLIED = [
  'custom_prompt',
  'adaptive_long_table',
  'extract_layout',
  'specialized_chart_parsing',
] as const;

/** What rules ask for that is not done here, as paths: parts of `parsing_conf`, and triggers that never hold. */
export function autoModeNotApplied(configuration: unknown): string[] {
  return list(configuration).flatMap((rule, index) => {
    const path = `processing_options.auto_mode_configuration.${index}`;
    const conf = branch(rule, 'parsing_conf');
    const parts = PARSING_NOT_APPLIED.filter((key) => isAsked(conf[key]));
    const triggers = ['page_contains_at_least_n_charts', 'page_contains_at_most_n_charts'].filter((key) =>
      isAsked(rule[key]),
    );
    const element = textIn(rule['layout_element_in_page']);
    if (element !== undefined && elementNamed(element) === undefined) triggers.push('layout_element_in_page');
    if (isAsked(rule['layout_element_in_page_confidence_threshold']))
      triggers.push('layout_element_in_page_confidence_threshold');
    return [...parts.map((key) => `${path}.parsing_conf.${key}`), ...triggers.map((key) => `${path}.${key}`)];
  });
}

function isAsked(value: unknown): boolean {
  return value !== undefined && value !== null && value !== false && value !== '';
}

/** Whether a rule looks at the document's name. */
export function asksForName(configuration: unknown): boolean {
  return readAutoMode(configuration).some(({ triggers }) =>
    triggers.some(({ kind }) => kind === 'name-pattern' || kind === 'name-glob'),
  );
}
