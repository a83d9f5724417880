import { Type } from 'typebox';

import { Maybe, OneOf } from './fields.ts';
import { CHART_PARSING_LEVELS, Flag, OptionGroup } from './option-fields.ts';
import { ParseAutoModeRule } from './parse-auto-mode.ts';

/** Language codes of text recognition (contract 7.2). */
export const OCR_LANGUAGES = (
  'af az bs cs cy da de en es et fr ga hr hu id is it ku la lt lv mi ms mt nl no oc pi pl pt ro rs_latin sk sl ' +
  'sq sv sw tl tr uz vi ar fa ug ur bn as mni ru rs_cyrillic be bg uk mn abq ady kbd ava dar inh che lbe lez ' +
  'tab tjk hi mr ne bh mai ang bho mah sck new gom sa bgc th ch_sim ch_tra ja ko ta te kn'
).split(' ');

/** How pages are read (contract 7.2, `processing_options`). */
export const ParseProcessingOptions = OptionGroup('ParseProcessingOptions', {
  ignore: Type.Optional(
    OptionGroup('ParseIgnoreOptions', {
      ignore_diagonal_text: Flag('Skip text set at an angle.'),
      ignore_text_in_image: Flag('Skip text inside images.'),
      ignore_hidden_text: Flag('Skip text that is not shown.'),
    }),
  ),
  ocr_parameters: Type.Optional(
    OptionGroup('ParseOcrParameters', {
      languages: Maybe(Type.Array(OneOf(OCR_LANGUAGES, { $id: 'OcrLanguage' }))),
    }),
  ),
  aggressive_table_extraction: Flag('Look harder for tables.'),
  confidence_score_effort: Maybe(Type.Literal('high', { description: 'Judge every page and the document.' })),
  disable_heuristics: Flag('Do not correct what the reader found.'),
  specialized_chart_parsing: Maybe(OneOf(CHART_PARSING_LEVELS)),
  cost_optimizer: Maybe(
    OptionGroup('ParseCostOptimizer', { enable: Flag('Read simple pages with a cheaper tier.') }),
  ),
  auto_mode_configuration: Maybe(Type.Array(ParseAutoModeRule)),
  forms: Maybe(OneOf(['default', 'enrich'])),
});

/** When a parse gives up (contract 7.2, `processing_control`). */
export const ParseProcessingControl = OptionGroup('ParseProcessingControl', {
  timeouts: Type.Optional(
    OptionGroup('ParseTimeouts', {
      base_in_seconds: Maybe(Type.Integer({ exclusiveMinimum: 0, maximum: 7200 })),
      extra_time_per_page_in_seconds: Maybe(Type.Integer({ exclusiveMinimum: 0, maximum: 300 })),
    }),
  ),
  job_failure_conditions: Type.Optional(
    OptionGroup('ParseJobFailureConditions', {
      allowed_page_failure_ratio: Maybe(
        Type.Number({ exclusiveMinimum: 0, maximum: 1, description: 'Default 0.05.' }),
      ),
      fail_on_image_extraction_error: Flag('An image that cannot be taken out fails the job.'),
      fail_on_image_ocr_error: Flag('An image that cannot be recognised fails the job.'),
      fail_on_markdown_reconstruction_error: Flag('A page without markdown fails the job.'),
      fail_on_buggy_font: Flag('A font that maps to wrong text fails the job.'),
    }),
  ),
});
