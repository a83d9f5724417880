import { closeSync, openSync, readSync } from 'node:fs';
import type { Box, FormField, Item, Page } from '../../model/document.ts';
import { encodeItem } from '../../model/parse-wire.ts';
import type { SectionRange } from '../../model/parse-result.ts';
import { linesOfPage, type Line } from './layout/lines.ts';
import type { ParsedSource } from './port.ts';

/** A word and where it stands. */
export interface PlacedWord extends Box {
  readonly text: string;
  /** How surely it was read; absent where it was not read by OCR. */
  readonly confidence?: number;
}

/** An item as a parse result stores it (contract 8.3): what {@link Item} is, with `bbox` for `boxes`. */
export interface StoredItem {
  readonly type: Item['type'];
  readonly md?: string;
  readonly value?: string;
  readonly text?: string;
  readonly url?: string;
  readonly caption?: string;
  readonly bbox?: readonly Box[];
  readonly rows?: readonly (readonly (string | number | null)[])[];
  readonly items?: readonly StoredItem[];
  /** Where the cells of a table stand, as far as that is known. */
  readonly cellBoxes?: readonly (readonly (Box | undefined)[])[];
}

/** A page as extraction sees it. Coordinates are points with the origin at the top left. */
export interface ParsedPage {
  /** 1-based position in the source document. */
  readonly pageNumber: number;
  readonly width: number;
  readonly height: number;
  readonly items: readonly StoredItem[];
  /** Text lines from top to bottom, each split where columns are. */
  readonly lines: readonly Line[];
  readonly fields: readonly FormField[];
  /** How well the page could be read, 0 to 1; 1 when it did not need OCR. */
  readonly confidence: number;
}

/** A parsed document, ready to extract from. */
export interface ParsedDocument {
  readonly pages: readonly ParsedPage[];
}

/** What lines are made of. */
export interface PageContent {
  readonly pageNumber: number;
  readonly width: number;
  readonly height: number;
  readonly text: string;
  readonly items: readonly StoredItem[];
  readonly words: readonly PlacedWord[];
  readonly fields: readonly FormField[];
  readonly confidence: number | undefined;
}

/**
 * Reads a stored parse. Places of words come from the part `raw_words`; without it values are placed by the items they
 * stand in. @throws when the pack is missing or is not what its index says: that is Sheaf's fault, not the document's
 */
export function readParsedDocument(source: ParsedSource): ParsedDocument {
  const file = openSync(source.packPath, 'r');
  try {
    const read = (range: SectionRange | undefined) => (range ? readRange(file, range) : '');
    const texts = listed(read(source.sections.text)) as readonly WireText[];
    const items = listed(read(source.sections.items)) as readonly WireItems[];
    const metadata = new Map(
      (listed(read(source.sections.metadata)) as readonly WireMetadata[]).map((page) => [
        page.page_number,
        page,
      ]),
    );
    const forms = new Map(
      (listed(read(source.parts?.forms)) as readonly WireForms[]).map((page) => [page.page_number, page]),
    );
    const words = groupWords(read(source.parts?.raw_words));
    const cells = groupCells(read(source.parts?.grounded_items));
    const byNumber = new Map(items.map((page) => [page.page_number, page]));
    return {
      pages: texts.map(({ page_number: pageNumber, text }) => {
        const page = byNumber.get(pageNumber);
        const found = cells.get(pageNumber) ?? [];
        return makePage({
          pageNumber,
          width: page?.page_width ?? 0,
          height: page?.page_height ?? 0,
          text,
          items: (page?.items ?? []).map((item, index) => {
            const cellBoxes = found[index];
            return cellBoxes ? { ...item, cellBoxes } : item;
          }),
          words: words.get(pageNumber) ?? [],
          fields: formFields(forms.get(pageNumber)),
          confidence: metadata.get(pageNumber)?.confidence,
        });
      }),
    };
  } finally {
    closeSync(file);
  }
}

/** The same of pages that were not stored. Pages that failed are left out. */
export function documentOfPages(pages: readonly Page[]): ParsedDocument {
  return {
    pages: pages.flatMap((page) => {
      if (!page.success) return [];
      return [
        makePage({
          pageNumber: page.pageNumber,
          width: page.width,
          height: page.height,
          text: page.text,
          items: page.items.map((item) => {
            const cellBoxes = item.type === 'table' ? item.cellBoxes : undefined;
            return { ...(encodeItem(item) as unknown as StoredItem), ...(cellBoxes && { cellBoxes }) };
          }),
          words: (page.words ?? []).map(({ box, ...word }) => ({ ...box, ...word })),
          fields: page.fields ?? [],
          confidence: page.confidence,
        }),
      ];
    }),
  };
}

function makePage(content: PageContent): ParsedPage {
  const { pageNumber, width, height, items, fields, confidence = 1 } = content;
  return { pageNumber, width, height, items, fields, confidence, lines: linesOfPage(content) };
}

interface WireText {
  readonly page_number: number;
  readonly text: string;
}
interface WireItems {
  readonly page_number: number;
  readonly page_width?: number;
  readonly page_height?: number;
  readonly items?: readonly StoredItem[];
}
interface WireMetadata {
  readonly page_number: number;
  readonly confidence?: number;
}
interface WireFormField {
  readonly value: string;
  readonly type: string;
  readonly field?: FormField['kind'];
  readonly id?: string;
  readonly label?: string;
  readonly bbox?: readonly Box[];
  readonly items?: readonly WireFormField[];
}
interface WireForms {
  readonly page_number: number;
  readonly forms?: readonly { readonly json: readonly WireFormField[] }[];
}

function readRange(file: number, { offset, length }: SectionRange): string {
  const bytes = Buffer.allocUnsafe(length);
  let at = 0;
  while (at < length) {
    const read = readSync(file, bytes, at, length - at, offset + at);
    if (read === 0)
      throw new Error(`The stored parse ends at byte ${offset + at} instead of ${offset + length}.`);
    at += read;
  }
  return bytes.toString();
}

function listed(json: string): readonly unknown[] {
  return json === '' ? [] : (JSON.parse(json) as { pages: readonly unknown[] }).pages;
}

function groupWords(lines: string): Map<number, PlacedWord[]> {
  const groups = new Map<number, PlacedWord[]>();
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const { page_number: page, ...word } = JSON.parse(line) as PlacedWord & { page_number: number };
    const group = groups.get(page);
    if (group) group.push(word);
    else groups.set(page, [word]);
  }
  return groups;
}

type CellBoxes = readonly (readonly (Box | undefined)[])[];

/** Places of cells by page and by the item's place in it. */
function groupCells(lines: string): Map<number, (CellBoxes | undefined)[]> {
  const pages = new Map<number, (CellBoxes | undefined)[]>();
  for (const line of lines.split('\n')) {
    if (line === '') continue;
    const page = JSON.parse(line) as {
      page_number: number;
      items?: { grounding?: { rows?: ({ bbox: Box } | null)[][] } }[];
    };
    const boxes = (page.items ?? []).map((item) =>
      item.grounding?.rows?.map((row) => row.map((cell) => cell?.bbox)),
    );
    pages.set(page.page_number, boxes);
  }
  return pages;
}

function formFields(page: WireForms | undefined): FormField[] {
  const found: FormField[] = [];
  const visit = (node: WireFormField): void => {
    for (const inner of node.items ?? []) visit(inner);
    if (node.type !== 'field' || !node.field) return;
    found.push({
      kind: node.field,
      id: node.id ?? '',
      ...(node.label !== undefined && { label: node.label }),
      ...(node.value !== null && { value: node.value }),
      boxes: node.bbox ?? [],
    });
  };
  for (const form of page?.forms ?? []) for (const node of form.json) visit(node);
  return found;
}
