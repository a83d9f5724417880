/**
 * What every parse engine produces, whatever the format it read: pages with text, markdown and typed items, handed on
 * one by one so that a long document is never in memory as a whole.
 * All coordinates are points (1/72 inch) with the origin at the page's top left.
 */

/** A page is never silently missing: one that could not be read is a {@link FailedPage}. */
export type Page = ReadPage | FailedPage;

/**
 * Where a page's text came from. `model`: a model read the page's picture. `empty`: the page was read and shows no text.
 */
export type PageSource = 'text_layer' | 'ocr' | 'native' | 'model' | 'empty';

export interface ReadPage {
  readonly success: true;
  /** 1-based position in the source document. */
  readonly pageNumber: number;
  readonly width: number;
  readonly height: number;
  readonly source: PageSource;
  /** Text laid out with spaces as on the page. */
  readonly text: string;
  readonly markdown: string;
  readonly items: readonly Item[];
  /** Running header and footer as markdown, when the page has them. They are not part of `markdown`. */
  readonly header?: string;
  readonly footer?: string;
  /** The number printed on the page, when it is known. */
  readonly printedPageNumber?: string;
  /** Clockwise degrees by which the page's content was found turned and was turned back. */
  readonly originalOrientationAngle?: 0 | 90 | 180 | 270;
  /** What the speaker of a slide has noted, as plain text. */
  readonly speakerNotes?: string;
  /** The section of the presentation that a slide belongs to. */
  readonly slideSectionName?: string;
  /** 0 to 1; known for OCR only. */
  readonly confidence?: number;
  /** Form fields on the page, in the order of the form. */
  readonly fields?: readonly FormField[];
  /** Line numbers printed beside the page's lines; there when they were asked for and are printed. */
  readonly lineNumbers?: readonly LineNumber[];
  /** Where each word stands, in reading order; there when it was asked for and the format has places. */
  readonly words?: readonly Word[];
  /** Tracked changes and comments; there when they were asked for and the reader knows them. */
  readonly revisions?: readonly Revision[];
  /** A rule of the auto mode held for the page. */
  readonly triggeredAutoMode?: true;
  /** The page was not sent to the model, because it was read well without. */
  readonly costOptimized?: true;
}

/** A tracked change or a comment. Formats that keep them have no places, so it is told where it stands by its text. */
export interface Revision {
  readonly type: 'comment' | 'deleted' | 'inserted' | 'formatted' | 'moved_from' | 'moved_to';
  /** The text that it is about. */
  readonly target: string;
  /** The comment; the text that was put in, taken out or moved; or what became of the format. */
  readonly content: string;
  readonly author?: string;
}

/** A printed line number and what it numbers: UTF-16 units of the page's markdown, the end not included. */
export interface LineNumber {
  readonly lineNumber: string;
  readonly startIndex: number;
  readonly endIndex: number;
}

/** A word and its place. */
export interface Word {
  readonly text: string;
  readonly box: Box;
  /** 0 to 1: how surely it was read, where a picture was. */
  readonly confidence?: number;
}

/** One field of an electronic form. */
export interface FormField {
  readonly kind: 'text' | 'checkbox' | 'single_select' | 'multi_select' | 'signature';
  /** The field's name in the form. */
  readonly id: string;
  /** What the form calls it for readers. */
  readonly label?: string;
  /** Whether a box is ticked; what was written or chosen otherwise. Undefined when nothing was. Several are a list. */
  readonly value?: string | boolean | readonly string[];
  /** One for each place on the page: a group of radio buttons has several. */
  readonly boxes: readonly Box[];
}

export interface FailedPage {
  readonly success: false;
  readonly pageNumber: number;
  /** A sentence for the document's owner. */
  readonly error: string;
}

/** A rectangle on the page, in points. */
export interface Box {
  readonly x: number;
  readonly y: number;
  readonly w: number;
  readonly h: number;
  readonly label?: string;
  readonly confidence?: number;
}

interface ItemBase {
  /** The item as markdown. */
  readonly md: string;
  readonly boxes: readonly Box[];
}

export interface TextItem extends ItemBase {
  readonly type: 'text';
  readonly value: string;
}
export interface HeadingItem extends ItemBase {
  readonly type: 'heading';
  /** 1 to 6. */
  readonly level: number;
  readonly value: string;
}
export interface ListItem extends ItemBase {
  readonly type: 'list';
  readonly ordered: boolean;
  readonly items: readonly (TextItem | ListItem)[];
}
export interface CodeItem extends ItemBase {
  readonly type: 'code';
  readonly value: string;
  readonly language?: string;
}
export interface TableItem extends ItemBase {
  readonly type: 'table';
  readonly rows: readonly (readonly (string | number | null)[])[];
  readonly html: string;
  readonly csv: string;
  /** For each place of `rows` where its cell stands; undefined where that is not known. */
  readonly cellBoxes?: readonly (readonly (Box | undefined)[])[];
  /** Pages whose tables are in this one, its own first: the table goes on across pages. */
  readonly mergedFromPages?: readonly number[];
  /** The page whose table has the rows of this one, which is empty. */
  readonly mergedIntoPage?: number;
  /** There only while tables that go on across pages are joined; no part of the result. */
  readonly source?: TableSource;
}

export interface TableCell {
  /** The cell as markdown; several lines are possible. */
  readonly md: string;
  /** The cell's value where it is more than text: numbers of spreadsheets. By default `md` without its signs. */
  readonly value?: string | number;
  /** Columns and rows that the cell covers; 1 by default. */
  readonly colSpan?: number;
  readonly rowSpan?: number;
  /** Where the cell stands on the page. */
  readonly box?: Box | undefined;
}

/** What a table was made of. */
export interface TableSource {
  readonly rows: readonly (readonly TableCell[])[];
  /** How many rows from the top are the table's head. */
  readonly headerRows: number;
  /** The format says that this is the rest of the table on the page before. */
  readonly continues?: boolean;
}
export interface ImageItem extends ItemBase {
  readonly type: 'image';
  readonly caption: string;
  readonly url: string;
}
export interface LinkItem extends ItemBase {
  readonly type: 'link';
  readonly text: string;
  readonly url: string;
}
export type BodyItem = TextItem | HeadingItem | ListItem | CodeItem | TableItem | ImageItem | LinkItem;
export interface HeaderItem extends ItemBase {
  readonly type: 'header';
  readonly items: readonly BodyItem[];
}
export interface FooterItem extends ItemBase {
  readonly type: 'footer';
  readonly items: readonly BodyItem[];
}
export type Item = BodyItem | HeaderItem | FooterItem;
