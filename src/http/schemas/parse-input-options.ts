import { Type } from 'typebox';

import { Maybe } from './fields.ts';
import { Flag, OptionGroup, PresentationFields } from './option-fields.ts';

/** How each family of formats is read (contract 7.2, `input_options`). */
export const ParseInputOptions = OptionGroup('ParseInputOptions', {
  password: Maybe(
    Type.String({
      minLength: 1,
      maxLength: 255,
      description: 'Opens a protected PDF or Office document. An addition of Sheaf.',
    }),
  ),
  html: Type.Optional(
    OptionGroup('ParseHtmlOptions', {
      make_all_elements_visible: Flag('Show hidden elements before reading.'),
      remove_fixed_elements: Flag('Drop elements that stay in place while scrolling.'),
      remove_navigation_elements: Flag('Drop menus and navigation bars.'),
    }),
  ),
  pdf: Type.Optional(OptionGroup('ParsePdfOptions', {})),
  spreadsheet: Type.Optional(
    OptionGroup('ParseSpreadsheetOptions', {
      detect_sub_tables_in_sheets: Flag('Tell apart several tables on one sheet.'),
      force_formula_computation_in_sheets: Flag('Compute formulas instead of reading stored values.'),
      include_hidden_sheets: Flag('Read hidden sheets too.'),
    }),
  ),
  presentation: Type.Optional(OptionGroup('ParsePresentationOptions', PresentationFields)),
  image: Type.Optional(
    OptionGroup('ParseImageOptions', {
      camera_photo_correction: Flag('Crop, straighten and flatten photographs of documents.'),
    }),
  ),
});
