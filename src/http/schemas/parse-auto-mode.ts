import { Type } from 'typebox';

import { PARSE_TIERS } from '../../model/parse-presets.ts';
import { Maybe, OneOf } from './fields.ts';
import {
  CHART_PARSING_LEVELS,
  CropBoxFields,
  Flag,
  OptionGroup,
  PresentationFields,
  SpatialTextFields,
} from './option-fields.ts';

const count = () => Maybe(Type.Union([Type.Integer(), Type.String()]));
const fraction = () => Maybe(Type.Union([Type.Number(), Type.String()]));
const text = () => Maybe(Type.String());

/** Things on a page that a rule can count, each with an at-least and an at-most field. */
const COUNTED = [
  'words',
  'lines',
  'images',
  'tables',
  'links',
  'charts',
  'layout_elements',
  'percent_numbers',
  'numbers',
] as const;
type CountTrigger = `page_contains_at_${'least' | 'most'}_n_${(typeof COUNTED)[number]}`;

const countTriggers = Object.fromEntries(
  COUNTED.flatMap((what) => [
    [`page_contains_at_least_n_${what}`, count()],
    [`page_contains_at_most_n_${what}`, count()],
  ]),
) as Record<CountTrigger, ReturnType<typeof count>>;

const ParsingConf = OptionGroup('ParseAutoModeParsing', {
  tier: Maybe(OneOf(PARSE_TIERS)),
  version: text(),
  custom_prompt: text(),
  ignore: Maybe(
    OptionGroup('ParseAutoModeIgnore', {
      ignore_diagonal_text: Flag('Skip text set at an angle.'),
      ignore_hidden_text: Flag('Skip text that is not shown.'),
    }),
  ),
  aggressive_table_extraction: Flag('Look harder for tables.'),
  outlined_table_extraction: Flag('Use drawn lines to find tables.'),
  adaptive_long_table: Flag('Cope with tables longer than a page.'),
  extract_layout: Flag('Report layout elements.'),
  specialized_chart_parsing: Maybe(OneOf(CHART_PARSING_LEVELS)),
  high_res_ocr: Flag('Recognise text at a higher resolution.'),
  language: text(),
  crop_box: Maybe(OptionGroup('ParseAutoModeCropBox', CropBoxFields)),
  spatial_text: Maybe(OptionGroup('ParseAutoModeSpatialText', SpatialTextFields)),
  presentation: Maybe(OptionGroup('ParseAutoModePresentation', PresentationFields)),
});

/** "Parse pages that look like this in that way" (contract 7.2, `auto_mode_configuration`). */
export const ParseAutoModeRule = OptionGroup('ParseAutoModeRule', {
  parsing_conf: ParsingConf,
  trigger_mode: Maybe(Type.String({ description: '`and` (default) or `or`.' })),
  page_md_error: Flag('The page could not be read.'),
  text_in_page: text(),
  table_in_page: Flag('The page has a table.'),
  image_in_page: Flag('The page has an image.'),
  full_page_image_in_page: Flag('One image covers the page.'),
  full_page_image_in_page_threshold: fraction(),
  filename_regexp: text(),
  filename_regexp_mode: text(),
  filename_match_glob: text(),
  filename_match_glob_list: Maybe(Type.Array(Type.String())),
  page_longer_than_n_chars: count(),
  page_shorter_than_n_chars: count(),
  ...countTriggers,
  regexp_in_page: text(),
  regexp_in_page_mode: text(),
  layout_element_in_page: text(),
  layout_element_in_page_confidence_threshold: fraction(),
});
