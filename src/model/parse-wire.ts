import type { Box, Item, Page, ReadPage, Revision } from './document.ts';

/** One page in each of the result's sections, as JSON text (contract 8.3). */
export interface WirePage {
  readonly text: string;
  readonly markdown: string;
  readonly items: string;
  readonly metadata: string;
}

/**
 * Encodes a page once, straight into the JSON that goes over the wire. A failed page keeps its place in every
 * section; `markdown` and `items` carry the error.
 */
export function encodePage(page: Page): WirePage {
  const page_number = page.pageNumber;
  if (!page.success) {
    const failed = JSON.stringify({ page_number, error: page.error, success: false });
    return {
      text: JSON.stringify({ page_number, text: '' }),
      markdown: failed,
      items: failed,
      metadata: JSON.stringify({ page_number }),
    };
  }
  return {
    text: JSON.stringify({ page_number, text: page.text }),
    markdown: JSON.stringify({
      page_number,
      markdown: page.markdown,
      success: true,
      header: page.header,
      footer: page.footer,
      line_numbers: page.lineNumbers?.map(({ lineNumber, startIndex, endIndex }) => {
        return { line_number: lineNumber, start_index: startIndex, end_index: endIndex };
      }),
    }),
    items: JSON.stringify({
      page_number,
      page_width: page.width,
      page_height: page.height,
      items: page.items.map(encodeItem),
      success: true,
      revisions: page.revisions?.map(encodeRevision),
    }),
    metadata: JSON.stringify(encodeMetadata(page)),
  };
}

function encodeMetadata(page: ReadPage): Readonly<Record<string, unknown>> {
  return {
    page_number: page.pageNumber,
    confidence: page.confidence,
    original_orientation_angle: page.originalOrientationAngle,
    printed_page_number: page.printedPageNumber,
    slide_section_name: page.slideSectionName,
    speaker_notes: page.speakerNotes,
    triggered_auto_mode: page.triggeredAutoMode,
    cost_optimized: page.costOptimized,
  };
}

/** The contract wants boxes, and what flows has no places: a box without any size says so and marks nothing. */
const NO_PLACE = { x: 0, y: 0, w: 0, h: 0 };

function encodeRevision({ type, target, content, author }: Revision): Readonly<Record<string, unknown>> {
  return { type, target, content, author, target_bbox: NO_PLACE, revision_bbox: NO_PLACE };
}

/** An item in wire form: `boxes` becomes `bbox`, everything else keeps its name. */
export function encodeItem(item: Item): Readonly<Record<string, unknown>> {
  const bbox: readonly Box[] = item.boxes;
  switch (item.type) {
    case 'text':
      return { type: item.type, md: item.md, bbox, value: item.value };
    case 'heading':
      return { type: item.type, md: item.md, bbox, level: item.level, value: item.value };
    case 'code':
      return { type: item.type, md: item.md, bbox, value: item.value, language: item.language };
    case 'table':
      return {
        type: item.type,
        md: item.md,
        bbox,
        rows: item.rows,
        html: item.html,
        csv: item.csv,
        merged_from_pages: item.mergedFromPages,
        merged_into_page: item.mergedIntoPage,
      };
    case 'image':
      return { type: item.type, md: item.md, bbox, caption: item.caption, url: item.url };
    case 'link':
      return { type: item.type, md: item.md, bbox, text: item.text, url: item.url };
    case 'list':
      return { type: item.type, md: item.md, bbox, ordered: item.ordered, items: item.items.map(encodeItem) };
    case 'header':
    case 'footer':
      return { type: item.type, md: item.md, bbox, items: item.items.map(encodeItem) };
  }
}
