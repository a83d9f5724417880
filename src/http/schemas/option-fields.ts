import { Type, type TProperties } from 'typebox';

import { Maybe } from './fields.ts';

/** An option that is off when false, null or absent. */
export function Flag(description: string) {
  return Maybe(Type.Boolean({ description }));
}

/** A group of parse options: unknown keys are refused, so that a misspelt option is never silently ignored. */
export function OptionGroup<P extends TProperties>(id: string, properties: P) {
  return Type.Object(properties, { $id: id, additionalProperties: false });
}

const edge = (side: string) =>
  Maybe(Type.Number({ minimum: 0, maximum: 1, description: `Position of the ${side} boundary, 0 to 1.` }));

/** Boundaries as fractions of the page from its top left corner; `bottom: 0.5` keeps the upper half. */
export const CropBoxFields = {
  top: edge('upper'),
  right: edge('right'),
  bottom: edge('lower'),
  left: edge('left'),
};

export const SpatialTextFields = {
  preserve_layout_alignment_across_pages: Flag('Keep columns aligned from page to page.'),
  preserve_very_small_text: Flag('Keep text too small to read.'),
  do_not_unroll_columns: Flag('Leave columns side by side.'),
};

export const PresentationFields = {
  out_of_bounds_content: Flag('Keep text that lies outside the slide.'),
  skip_embedded_data: Flag('Ignore the data tables behind charts.'),
};

/** Models that read charts, weakest first. */
export const CHART_PARSING_LEVELS = ['efficient', 'agentic', 'agentic_plus'] as const;
