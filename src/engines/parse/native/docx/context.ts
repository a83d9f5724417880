import type { XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { Relationships } from '../ooxml/package.ts';
import type { PictureFinder } from '../ooxml/pictures.ts';
import type { FieldStack, PageNumbers } from './fields.ts';
import type { Note, NoteRegister } from './notes.ts';
import type { NumberingCounters } from './numbering.ts';
import type { RevisionReader } from './revisions.ts';
import type { StyleSheet } from './styles.ts';

/** What it takes to read a part of a Word document. */
export interface DocxContext {
  readonly styles: StyleSheet;
  readonly counters: NumberingCounters;
  readonly notes: NoteRegister;
  readonly annotateLinks: boolean;
  /** Of the part that is read. */
  readonly relationships: Relationships;
  readonly graphics: ReadonlyMap<string, readonly FlowBlock[]>;
  /** Web pages that the document imports, by the names of their parts. */
  readonly imported: ReadonlyMap<string, readonly FlowBlock[]>;
  readonly fields: FieldStack;
  /** In running headers and footers. */
  readonly numbers?: PageNumbers;
  /** Notes met since the last block of the body. */
  readonly metNotes: Note[];
  /** There when revisions were asked for. */
  readonly revisions?: RevisionReader;
  readonly picture: PictureFinder;
  /** Reads content of a cell, text box or note, where pages do not count. */
  readonly readBlocks: (parent: XmlElement, context: DocxContext) => FlowBlock[];
  readonly warn: (sentence: string) => void;
}
