import { Type } from 'typebox';

import { Maybe, OneOf } from './fields.ts';
import { Flag, OptionGroup, SpatialTextFields } from './option-fields.ts';

/** Kinds of images that a parse can keep. */
export const IMAGE_CATEGORIES = ['screenshot', 'embedded', 'layout'] as const;
/** How finely grounded items are boxed. */
export const BOX_GRANULARITIES = ['cell', 'line', 'word'] as const;

const Markdown = OptionGroup('ParseMarkdownOptions', {
  annotate_links: Flag('Write links as [text](url); otherwise only their text.'),
  annotate_line_numbers: Flag('Report line numbers printed on the page.'),
  annotate_revisions: Flag('Report tracked changes and comments.'),
  inline_images: Flag('Embed images as data URIs instead of files.'),
  tables: Type.Optional(
    OptionGroup('ParseTableOptions', {
      compact_markdown_tables: Flag('No padding in markdown tables.'),
      output_tables_as_markdown: Flag('Markdown tables instead of HTML tables.'),
      markdown_table_multiline_separator: Maybe(
        Type.String({ description: 'Stands for a line break inside a cell.' }),
      ),
      merge_continued_tables: Flag('Join a table that goes on over pages.'),
    }),
  ),
});

/** What a parse hands out beside the plain result (contract 7.2, `output_options`). */
export const ParseOutputOptions = OptionGroup('ParseOutputOptions', {
  markdown: Type.Optional(Markdown),
  spatial_text: Type.Optional(OptionGroup('ParseSpatialTextOptions', SpatialTextFields)),
  tables_as_spreadsheet: Type.Optional(
    OptionGroup('ParseTablesAsSpreadsheetOptions', {
      enable: Flag('Also write the tables to a workbook.'),
      guess_sheet_name: Type.Optional(
        Type.Boolean({ default: true, description: 'Name sheets by content.' }),
      ),
    }),
  ),
  extract_printed_page_number: Flag('Report the number printed on each page.'),
  images_to_save: Maybe(Type.Array(OneOf(IMAGE_CATEGORIES))),
  additional_outputs: Type.Optional(
    Type.Array(Type.String(), {
      default: [],
      description: 'stripped_md, concatenated_stripped_txt, word_bbox: one more artifact each.',
    }),
  ),
  granular_bboxes: Type.Optional(Type.Array(OneOf(BOX_GRANULARITIES), { default: [] })),
  save_output_pdf: Flag('Keep a PDF of what was parsed.'),
});
