/** What a parse result can be asked for (contract 8.3). */
export const PARSE_SECTIONS = (
  'text markdown items metadata forms text_full markdown_full job_metadata usage raw_parameters ' +
  'images_content_metadata markdown_content_metadata output_pdf_content_metadata debug_logs'
).split(' ');

/** What is to be extracted. */
export const DATA_SCHEMA = {
  type: 'object',
  properties: { total: { type: 'number' }, lines: { type: 'array', items: { type: 'string' } } },
};

/** What an extract job can be asked for (contract section 9). */
export const EXTRACT_EXPANSIONS = ['configuration', 'extract_metadata', 'metadata', 'usage', 'nonsense'];

/** Parameters of a saved configuration, one of each product. */
export const PARAMETERS: readonly unknown[] = [
  {
    product_type: 'parse_v2',
    tier: 'agentic',
    version: 'latest',
    processing_options: { auto_mode_configuration: [{ parsing_conf: {} }] },
  },
  {
    product_type: 'extract_v2',
    data_schema: { type: 'object', properties: { total: { type: 'number' } } },
  },
  { product_type: 'classify_v2', rules: [{ type: 'invoice', description: 'has lines and a total' }] },
  { product_type: 'split_v1', categories: [{ name: 'cover' }] },
  { product_type: 'spreadsheet_v1' },
  { product_type: 'unknown' },
];
