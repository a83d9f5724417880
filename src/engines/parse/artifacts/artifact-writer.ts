import { closeSync, openSync, readSync } from 'node:fs';
import type { Item, Page, ReadPage } from '../../../model/document.ts';
import type { ArtifactOptions } from '../../../model/parse-options.ts';
import type { PackWriter } from '../pack-writer.ts';
import type { OpenDocument } from '../reader.ts';
import { encodeForms } from './forms.ts';
import { encodeGroundedItems, encodeWord } from './grounded-items.ts';
import { strippedText, STRIPPED_SEPARATOR } from './stripped-text.ts';
import { XlsxWriter } from './xlsx-writer.ts';

const COPY_BYTES = 1024 * 1024;
/** What `additional_outputs` may name. */
const ADDITIONAL_OUTPUTS: ReadonlySet<string> = new Set([
  'stripped_md',
  'concatenated_stripped_txt',
  'word_bbox',
]);

/** Writes what was asked for beside the sections, page by page (contract 7.2, `output_options`). */
export class ArtifactWriter {
  readonly #options: ArtifactOptions;
  readonly #writer: PackWriter;
  readonly #xlsx: XlsxWriter | undefined;
  #pages = 0;
  /** The nearest heading above, for the names of sheets; it may stand on an earlier page. */
  #heading: string | undefined;

  constructor(options: ArtifactOptions, writer: PackWriter) {
    this.#options = options;
    this.#writer = writer;
    if (options.tablesAsSpreadsheet) {
      this.#xlsx = new XlsxWriter((bytes) => this.#writer.part('xlsx').addBytes(bytes));
    }
  }

  /** Adds a page to every part. Pages are added in the order in which they are to be read. */
  add(page: Page): void {
    const { additionalOutputs, granularBoxes } = this.#options;
    this.#addListed('forms', encodeForms(page));
    if (additionalOutputs.has('stripped_md') || additionalOutputs.has('concatenated_stripped_txt')) {
      this.#addStripped(page);
    }
    if (page.success) {
      if (additionalOutputs.has('word_bbox')) this.#addWords(page);
      if (this.#xlsx) this.#addTables(page.items, this.#xlsx);
    }
    if (granularBoxes.size > 0) {
      const row = page.success
        ? encodeGroundedItems(page, granularBoxes)
        : JSON.stringify({ page_number: page.pageNumber, success: false, error: page.error });
      this.#writer.part('grounded_items').addText(`${row}\n`);
    }
    this.#pages += 1;
  }

  /** Ends the parts. @returns paths of options that the document's reader could not give */
  finish(document: OpenDocument): string[] {
    for (const part of ['forms', 'stripped_md'] as const) {
      if (part === 'forms' || this.#options.additionalOutputs.has(part)) {
        this.#writer.part(part).addText(this.#pages === 0 ? '{"pages":[]}' : ']}');
      }
    }
    if (this.#xlsx && this.#xlsx.sheets > 0) this.#xlsx.finish();
    if (this.#options.saveOutputPdf && document.pdfPath !== undefined) this.#copyPdf(document.pdfPath);
    return notGiven(this.#options, document);
  }

  #addListed(part: 'forms' | 'stripped_md', page: string): void {
    this.#writer.part(part).addText((this.#pages === 0 ? '{"pages":[' : ',') + page);
  }

  #addStripped(page: Page): void {
    const text = strippedText(page);
    if (this.#options.additionalOutputs.has('stripped_md')) {
      this.#addListed('stripped_md', JSON.stringify({ page_number: page.pageNumber, text }));
    }
    if (this.#options.additionalOutputs.has('concatenated_stripped_txt')) {
      const separator = this.#pages === 0 ? '' : STRIPPED_SEPARATOR;
      this.#writer.part('concatenated_stripped_txt').addText(separator + text);
    }
  }

  #addWords({ pageNumber, words = [] }: ReadPage): void {
    const part = this.#writer.part('raw_words');
    for (const word of words) part.addText(`${encodeWord(pageNumber, word)}\n`);
  }

  #addTables(items: readonly Item[], xlsx: XlsxWriter): void {
    for (const item of items) {
      if (item.type === 'heading') this.#heading = item.value;
      else if (item.type === 'table' && item.mergedIntoPage === undefined) {
        xlsx.addSheet(item.rows, this.#options.guessSheetName ? this.#heading : undefined);
      }
    }
  }

  #copyPdf(path: string): void {
    const part = this.#writer.part('output_pdf');
    const file = openSync(path, 'r');
    try {
      for (;;) {
        const bytes = Buffer.allocUnsafe(COPY_BYTES);
        const read = readSync(file, bytes, 0, COPY_BYTES, null);
        if (read === 0) return;
        part.addBytes(bytes.subarray(0, read));
      }
    } finally {
      closeSync(file);
    }
  }
}

function notGiven(options: ArtifactOptions, { offers = [], pdfPath }: OpenDocument): string[] {
  const missing: string[] = [];
  const wantsWords = options.additionalOutputs.has('word_bbox') && !offers.includes('words');
  const unknown = [...options.additionalOutputs].some((output) => !ADDITIONAL_OUTPUTS.has(output));
  if (wantsWords || unknown) missing.push('output_options.additional_outputs');
  if (options.granularBoxes.size > 0 && !offers.includes('words')) {
    missing.push('output_options.granular_bboxes');
  }
  if ([...options.imagesToSave].some((category) => !offers.includes(category))) {
    missing.push('output_options.images_to_save');
  }
  if (options.inlineImages && !offers.includes('embedded')) {
    missing.push('output_options.markdown.inline_images');
  }
  if (options.saveOutputPdf && pdfPath === undefined) missing.push('output_options.save_output_pdf');
  return missing;
}
