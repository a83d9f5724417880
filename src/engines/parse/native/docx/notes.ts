import { attribute, elements, type XmlElement } from '../../containers/xml.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { Relationships } from '../ooxml/package.ts';
import { formatNumber } from '../number-formats.ts';

/** A part of a document with what it points to. */
interface DocxPart {
  readonly relationships: Relationships;
  readonly graphics: ReadonlyMap<string, readonly FlowBlock[]>;
}

/** A footnote or endnote that the text refers to. */
export interface Note {
  readonly kind: 'footnote' | 'endnote';
  /** Its number as shown. */
  readonly mark: string;
  readonly element: XmlElement;
  readonly part: DocxPart;
}

export interface NotePart extends DocxPart {
  readonly root: XmlElement | undefined;
}

/** The notes of a document, numbered in the order in which the text refers to them (ECMA-376 part 1, 17.11). */
export class NoteRegister {
  readonly #parts: Readonly<Record<Note['kind'], NotePart | undefined>>;
  readonly #byId: Readonly<Record<Note['kind'], ReadonlyMap<string, XmlElement>>>;
  readonly #met = new Map<string, Note>();
  readonly #counts = { footnote: 0, endnote: 0 };

  constructor(footnotes: NotePart | undefined, endnotes: NotePart | undefined) {
    this.#parts = { footnote: footnotes, endnote: endnotes };
    this.#byId = { footnote: notesById(footnotes, 'footnote'), endnote: notesById(endnotes, 'endnote') };
  }

  /** @returns the note and whether it is met for the first time; undefined when the document does not have it */
  refer(kind: Note['kind'], id: string | undefined): { note: Note; first: boolean } | undefined {
    const key = `${kind} ${id}`;
    const known = this.#met.get(key);
    if (known) return { note: known, first: false };
    const element = this.#byId[kind].get(id ?? '');
    const part = this.#parts[kind];
    if (!element || !part) return undefined;
    this.#counts[kind] += 1;
    const mark = formatNumber(this.#counts[kind], kind === 'footnote' ? 'decimal' : 'lowerRoman');
    const note = { kind, mark, element, part };
    this.#met.set(key, note);
    return { note, first: true };
  }
}

/** Separators are stored among the notes and are told by their type. */
function notesById(part: NotePart | undefined, name: string): Map<string, XmlElement> {
  return new Map(
    elements(part?.root, name)
      .filter((note) => (attribute(note, 'type') ?? 'normal') === 'normal')
      .map((note) => [attribute(note, 'id') ?? '', note]),
  );
}
