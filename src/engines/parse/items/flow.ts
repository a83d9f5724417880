import type { BodyItem, LinkItem, ListItem, ReadPage, Revision, TextItem } from '../../../model/document.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { codeItem } from './code.ts';
import { imageItem } from './image.ts';
import { bodyMarkdown } from './page-markdown.ts';
import type { PictureBlock, PictureText } from './picture.ts';
import { cellText, tableItem, type TableCell, type TableStyle, tableStyle } from './table.ts';

/**
 * Content of formats that flow: office documents, web pages, mail, text. It has a structure and an order, and no place
 * on a page, so items made of it have no boxes.
 */

/** A run of text with its emphasis and links. */
export interface Inline {
  /** The reader's text. */
  readonly text: string;
  /** The same as markdown. */
  readonly md: string;
  readonly links?: readonly { readonly text: string; readonly url: string }[];
  /** Pictures that stand in the text, which has their captions. */
  readonly pictures?: readonly PictureBlock[];
}

export interface FlowListEntry {
  readonly content: Inline;
  /** How the document numbers the entry where it is not like `3.`; for readers of text, as markdown knows none. */
  readonly label?: string;
  /** Lists inside the entry. */
  readonly lists?: readonly FlowList[];
}

export interface FlowList {
  readonly kind: 'list';
  readonly ordered: boolean;
  /** Number of the first entry; 1 by default. */
  readonly start?: number;
  readonly entries: readonly FlowListEntry[];
}

export type FlowBlock =
  | { readonly kind: 'heading'; readonly level: number; readonly content: Inline }
  | { readonly kind: 'paragraph'; readonly content: Inline }
  | FlowList
  | {
      readonly kind: 'table';
      readonly rows: readonly (readonly TableCell[])[];
      readonly headerRows: number;
      /** The rest of the table on the page before. */
      readonly continues?: boolean;
      /** Pictures in its cells, which have their captions. */
      readonly pictures?: readonly PictureBlock[];
    }
  | { readonly kind: 'code'; readonly value: string; readonly language?: string }
  | PictureBlock;

/** A block of a page that is finished but for its form. */
export type PlacedBlock = FlowBlock | PictureText;

/** One page, slide or sheet of a format that flows. */
export interface FlowPage {
  readonly pageNumber: number;
  readonly blocks: readonly PlacedBlock[];
  /** Blocks at the top that tell of the page and are not its text, such as the fields of a mail. */
  readonly preamble?: number;
  /** Told where the text was read in pictures. */
  readonly source?: 'ocr';
  readonly confidence?: number;
  /** Points; A4 by default, because the contract asks for a size. */
  readonly width?: number;
  readonly height?: number;
  /** Running header and footer, which are not part of the body. */
  readonly header?: Inline;
  readonly footer?: Inline;
  readonly speakerNotes?: string;
  readonly slideSectionName?: string;
  readonly revisions?: readonly Revision[];
}

const A4 = { width: 595.28, height: 841.89 };

/** Turns flowing content into a page of the result. */
export function flowPage(page: FlowPage, options: ParseOptions): ReadPage {
  const style = tableStyle(options);
  const body = page.blocks.flatMap((block) => blockItems(block, style));
  const text = page.blocks
    .map(blockText)
    .filter((part) => part !== '')
    .join('\n\n');
  const { header, footer } = page;
  const band = (type: 'header' | 'footer', content: Inline) =>
    ({ type, md: content.md, boxes: [], items: [textItem(content)] }) as const;
  const shown = [header?.text, text, footer?.text].filter((part) => part !== undefined && part !== '');
  return {
    success: true,
    pageNumber: page.pageNumber,
    width: page.width ?? A4.width,
    height: page.height ?? A4.height,
    source: shown.length === 0 && body.length === 0 ? 'empty' : (page.source ?? 'native'),
    text: shown.join('\n\n'),
    markdown: bodyMarkdown(body, options.tablesAsMarkdown),
    items: [
      ...(header ? [band('header', header)] : []),
      ...body,
      ...page.blocks.flatMap(linkItems),
      ...(footer ? [band('footer', footer)] : []),
    ],
    ...(header && { header: header.md }),
    ...(footer && { footer: footer.md }),
    ...(page.confidence !== undefined && { confidence: page.confidence }),
    ...(page.speakerNotes !== undefined && { speakerNotes: page.speakerNotes }),
    ...(page.slideSectionName !== undefined && { slideSectionName: page.slideSectionName }),
    ...(page.revisions && { revisions: page.revisions }),
  };
}

function blockItems(block: PlacedBlock, style: TableStyle): readonly BodyItem[] {
  switch (block.kind) {
    case 'heading': {
      const level = Math.min(6, Math.max(1, block.level));
      const { text, md } = block.content;
      return text === ''
        ? []
        : [{ type: 'heading', level, value: text, md: `${'#'.repeat(level)} ${md}`, boxes: [] }];
    }
    case 'paragraph':
      return block.content.text === '' ? [] : [textItem(block.content)];
    case 'list':
      return block.entries.length === 0 ? [] : [listItem(block, '')];
    case 'table': {
      const item = tableItem(block.rows, block.headerRows, style);
      if (item?.source && block.continues === true)
        return [{ ...item, source: { ...item.source, continues: true } }];
      return item ? [item] : [];
    }
    case 'code': {
      const item = codeItem(block.value, block.language);
      return item ? [item] : [];
    }
    case 'image':
      if (block.isWithin === true && block.url === undefined) return [];
      return [imageItem(block.caption, block.url, block.box ? [block.box] : [])];
    case 'picture-text':
      return block.items;
  }
}

function textItem({ text, md }: Inline): TextItem {
  return { type: 'text', value: text, md, boxes: [] };
}

function listItem(list: FlowList, indent: string): ListItem {
  const items: (TextItem | ListItem)[] = [];
  const lines: string[] = [];
  for (const [index, entry] of list.entries.entries()) {
    const marker = list.ordered ? `${(list.start ?? 1) + index}.` : '-';
    const inner = indent + ' '.repeat(marker.length + 1);
    const md = `${marker} ${entry.content.md.replaceAll('\n', `\n${inner}`)}`;
    items.push({ type: 'text', value: entry.content.text, md, boxes: [] });
    lines.push(indent + md);
    for (const nested of entry.lists ?? []) {
      const item = listItem(nested, inner);
      items.push(item);
      lines.push(item.md);
    }
  }
  return { type: 'list', ordered: list.ordered, items, md: lines.join('\n'), boxes: [] };
}

/** The block for readers of plain text: a table's cells stand behind each other, two spaces apart. */
export function blockText(block: PlacedBlock): string {
  switch (block.kind) {
    case 'heading':
    case 'paragraph':
      return block.content.text;
    case 'list':
      return listText(block, '');
    case 'table':
      return block.rows.map((row) => row.map(cellText).join('  ')).join('\n');
    case 'code':
      return block.value;
    case 'image':
      return block.isWithin === true ? '' : block.caption;
    case 'picture-text':
      return block.text;
  }
}

function listText(list: FlowList, indent: string): string {
  return list.entries
    .flatMap((entry, index) => {
      const marker = entry.label ?? (list.ordered ? `${(list.start ?? 1) + index}.` : '•');
      const nested = (entry.lists ?? []).map((inner) => listText(inner, `${indent}  `));
      return [`${indent}${marker} ${entry.content.text}`, ...nested];
    })
    .join('\n');
}

function linkItems(block: PlacedBlock): LinkItem[] {
  const links =
    block.kind === 'heading' || block.kind === 'paragraph'
      ? (block.content.links ?? [])
      : block.kind === 'list'
        ? linksOfList(block)
        : [];
  return links.map(({ text, url }) => ({ type: 'link', text, url, md: `[${text}](${url})`, boxes: [] }));
}

function linksOfList(list: FlowList): { text: string; url: string }[] {
  return list.entries.flatMap((entry) => [
    ...(entry.content.links ?? []),
    ...(entry.lists ?? []).flatMap(linksOfList),
  ]);
}
