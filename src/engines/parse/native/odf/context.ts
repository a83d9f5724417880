import type { XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { PageNumbers } from '../docx/fields.ts';
import type { OdfRevisionReader } from './revisions.ts';
import type { ListCounters } from './list-counters.ts';
import type { OdfStyles } from './styles.ts';

/** A note of the text, with its number as shown. */
export interface OdfNote {
  readonly kind: 'footnote' | 'endnote';
  readonly mark: string;
  readonly body: XmlElement;
}

/** What it takes to read OpenDocument content. */
export interface OdfContext {
  readonly styles: OdfStyles;
  readonly lists: ListCounters;
  readonly objects: ReadonlyMap<string, XmlElement>;
  /** Parts of the package by name. */
  readonly names: ReadonlySet<string>;
  readonly annotateLinks: boolean;
  /** Tables of charts' data are left out. */
  readonly skipChartData: boolean;
  readonly metNotes: OdfNote[];
  /** There when revisions were asked for. */
  readonly revisions?: OdfRevisionReader;
  /** In running headers and footers. */
  readonly numbers?: PageNumbers;
  /** Reads content of a cell, frame or note, where pages do not count. */
  readonly readBlocks: (parent: XmlElement, context: OdfContext) => FlowBlock[];
  readonly warn: (sentence: string) => void;
}
