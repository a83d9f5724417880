import { mkdirSync, mkdtempSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { ReadPage } from '../../../../model/document.ts';
import type { ParseOptions } from '../../../../model/parse-options.ts';
import { DocumentFailure } from '../../document-failure.ts';
import { escapeMarkdown } from '../../items/markup.ts';
import type { DocumentInput, OpenDocument, PageReading, ReaderInput } from '../../reader.ts';

/** A file that came with a mail. */
export interface AttachedFile {
  /** As its sender called it, on one line. */
  readonly name: string;
  readonly content: Uint8Array;
}

/** Of the time that the mail has, what converting one attachment may take. */
const SHARE_OF_TIME = 0.25;
/** What the names of engines begin with that read what another program made of the document. */
const CONVERTER = 'libreoffice';
/** Below the mail's own heading. */
const HEADING_LEVEL = 2;

/**
 * A document that is attached to a mail: its pages are pages of the mail, the first with the file's name above it. What goes
 * wrong with it are faults of its own pages and never of the mail.
 */
export class AttachedDocument {
  readonly name: string;
  /** Of the mail, counted from 1. */
  readonly firstPage: number;
  readonly pages: number;
  readonly engine: OpenDocument['engine'];
  readonly offers: NonNullable<OpenDocument['offers']>;
  readonly #reopen: () => Promise<OpenDocument>;
  #document: OpenDocument | undefined;

  private constructor(name: string, firstPage: number, opened: Opened) {
    this.name = name;
    this.firstPage = firstPage;
    this.#document = opened.document;
    this.#reopen = opened.reopen;
    this.pages = opened.document.documentPages;
    this.engine = opened.document.engine;
    this.offers = opened.document.offers ?? [];
  }

  /**
   * Writes the file into the mail's scratch space and opens it.
   * @param firstPage where its pages stand in the mail
   * @throws {DocumentFailure} for what nobody reads
   */
  static async open(file: AttachedFile, firstPage: number, mail: ReaderInput): Promise<AttachedDocument> {
    const { name, content } = file;
    const directory = mkdtempSync(join(mail.scratch, 'attached-'));
    const path = join(directory, 'document');
    writeFileSync(path, content);
    const told = new Set<string>();
    const input = {
      ...withoutPlace(mail),
      path,
      fileName: name,
      options: attachedOptions(mail.options),
      warn: (sentence: string) => {
        if (!told.has(sentence)) mail.warn(`Attachment ${JSON.stringify(name)}: ${sentence}`);
        told.add(sentence);
      },
      images: shifted(mail.images, firstPage - 1),
    };
    let times = 0;
    const open = () => {
      times += 1;
      const scratch = join(directory, `scratch-${times}`);
      mkdirSync(scratch);
      return mail.openInside({ ...input, scratch });
    };
    const document = await open();
    if (document.documentPages === 0) throw new DocumentFailure('NO_DATA_FOUND_IN_FILE', 'It has no pages.');
    return new AttachedDocument(name, firstPage, { document, reopen: open });
  }

  /** Whether opening it again would take another program's time. */
  get isConverted(): boolean {
    return this.engine.name.startsWith(`${CONVERTER}+`);
  }

  /** Forgets what was opened, until it is read. */
  release(): void {
    this.#document?.finish?.();
    this.#document = undefined;
  }

  /** @param pageNumbers of the mail, all of them this document's */
  async read(pageNumbers: readonly number[]): Promise<PageReading[]> {
    const before = this.firstPage - 1;
    try {
      this.#document ??= await this.#reopen();
      const readings = await this.#document.read(pageNumbers.map((number) => number - before));
      return readings.map((reading) => this.#placed(reading));
    } catch (error) {
      if (!(error instanceof DocumentFailure)) throw error;
      return pageNumbers.map((pageNumber) => failedAttachment(this.name, pageNumber, error.message));
    }
  }

  #placed(reading: PageReading): PageReading {
    const before = this.firstPage - 1;
    if ('fault' in reading) {
      const { pageNumber, error, isOcrFault } = reading.fault;
      return failedAttachment(this.name, pageNumber + before, error, isOcrFault);
    }
    const { page } = reading;
    const first = page.pageNumber === 1 ? titled(page, this.name) : page;
    return { ...reading, page: { ...first, pageNumber: page.pageNumber + before } };
  }
}

interface Opened {
  readonly document: OpenDocument;
  readonly reopen: () => Promise<OpenDocument>;
}

/** A page that stands for an attachment, or a page of one, that could not be read. */
export function failedAttachment(
  name: string,
  pageNumber: number,
  why: string,
  isOcrFault = false,
): PageReading {
  const error = `The attachment ${JSON.stringify(name)} could not be read: ${why}`;
  return { fault: { pageNumber, error, isOcrFault, isAttached: true } };
}

/** What concerns the mail's file alone. */
function withoutPlace(mail: ReaderInput): Omit<DocumentInput, 'wantsViews'> {
  const { media: _media, openInside: _open, wantsViews: _views, ...input } = mail;
  return input;
}

/** Pages are chosen of the mail as a whole. */
function attachedOptions(options: ParseOptions): ParseOptions {
  const { targetPages: _target, maxPages: _most, ...rest } = options;
  return { ...rest, baseSeconds: Math.max(1, options.baseSeconds * SHARE_OF_TIME) };
}

function shifted(images: ReaderInput['images'], pages: number): ReaderInput['images'] {
  return {
    keeps: (category) => images.keeps(category),
    inlines: images.inlines,
    wantsEmbedded: images.wantsEmbedded,
    save: (image) => images.save({ ...image, pageNumber: image.pageNumber + pages }),
  };
}

function titled(page: ReadPage, name: string): ReadPage {
  const md = `${'#'.repeat(HEADING_LEVEL)} ${escapeMarkdown(name)}`;
  const above = `${md}${page.markdown === '' ? '' : '\n\n'}`;
  const { lineNumbers } = page;
  return {
    ...page,
    text: page.text === '' ? name : `${name}\n\n${page.text}`,
    markdown: above + page.markdown,
    items: [{ type: 'heading', level: HEADING_LEVEL, value: name, md, boxes: [] }, ...page.items],
    ...(lineNumbers && {
      lineNumbers: lineNumbers.map((line) => ({
        ...line,
        startIndex: line.startIndex + above.length,
        endIndex: line.endIndex + above.length,
      })),
    }),
  };
}
