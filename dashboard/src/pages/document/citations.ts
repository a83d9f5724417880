import type { Box, Mark } from './marks.ts';

/** A place in the document that proves a value. */
export interface Citation {
  readonly page: number;
  readonly matching_text?: string | null;
  readonly bounding_boxes?: readonly Box[] | null;
  readonly page_dimensions?: { readonly width: number; readonly height: number } | null;
}

/** What is told of one extracted value; docs/extraction.md. */
export interface FieldMetadata {
  readonly citation?: readonly Citation[] | null;
  readonly confidence?: number | null;
  readonly extraction_confidence?: number | null;
  readonly parsing_confidence?: number | null;
  readonly found_by?: string | null;
}

/** One value of an extraction, or a group of them. */
export type Field =
  | {
      readonly kind: 'value';
      readonly id: string;
      readonly name: string;
      readonly value: unknown;
      readonly told: FieldMetadata;
    }
  | { readonly kind: 'group'; readonly id: string; readonly name: string; readonly fields: readonly Field[] };

/** Puts each value beside what is told of it: both trees have the same shape. */
export function fieldOf(name: string, value: unknown, told: unknown, id: string): Field {
  if (Array.isArray(value)) {
    const fields = value.map((entry: unknown, index) =>
      fieldOf(`${index + 1}`, entry, Array.isArray(told) ? told[index] : undefined, `${id}.${index}`),
    );
    return { kind: 'group', id, name, fields };
  }
  if (typeof value === 'object' && value !== null) {
    const inner = typeof told === 'object' && told !== null ? (told as Record<string, unknown>) : {};
    const fields = Object.entries(value).map(([key, entry]) =>
      fieldOf(key, entry, inner[key], `${id}.${key}`),
    );
    return { kind: 'group', id, name, fields };
  }
  return { kind: 'value', id, name, value, told: told ?? {} };
}

/** Every value below a field. */
export function valuesOf(field: Field): readonly (Field & { kind: 'value' })[] {
  return field.kind === 'value' ? [field] : field.fields.flatMap(valuesOf);
}

/** The marks of a page: of each value, the boxes of its citations there. Boxes are scaled to the page's own units. */
export function citationMarks(
  root: Field,
  page: { number: number; width: number; height: number },
): readonly Mark[] {
  return valuesOf(root).flatMap(({ id, told }) => {
    const boxes = (told.citation ?? [])
      .filter((citation) => citation.page === page.number)
      .flatMap((citation) => (citation.bounding_boxes ?? []).map((box) => scaled(box, citation, page)));
    return boxes.length === 0 ? [] : [{ id, boxes, label: 'citation' }];
  });
}

function scaled(box: Box, { page_dimensions: from }: Citation, to: { width: number; height: number }): Box {
  if (!from?.width || !from.height) return box;
  const [across, down] = [to.width / from.width, to.height / from.height];
  return { x: box.x * across, y: box.y * down, w: box.w * across, h: box.h * down };
}
