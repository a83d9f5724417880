import PostalMime from 'postal-mime';
import type { ParseOptions } from '../../../../model/parse-options.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { decodeHtml, htmlBlocks } from '../html/reader.ts';
import { InlinePictures } from '../mail/inline-pictures.ts';
import type { OoxmlPackage, Relationships } from '../ooxml/package.ts';

const MOST_PARTS = 1_000;
/** Of all parts together; like web pages, they take several times their size in memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/**
 * Web pages that a document imports as part of its text (ECMA-376 part 1, 17.17.2.1), by the names of their parts, read ahead
 * of time as the walk through a document is synchronous. Programs that turn HTML into documents often write nothing else.
 * Parts of other kinds, and those that cannot be read, are left out.
 * @throws {DocumentFailure} DOCUMENT_TOO_LARGE
 */
export async function readImportedParts(
  pack: OoxmlPackage,
  relationships: Relationships,
  options: ParseOptions,
): Promise<ReadonlyMap<string, readonly FlowBlock[]>> {
  const found = new Map<string, readonly FlowBlock[]>();
  let left = MOST_BYTES;
  for (const { type, target, external } of relationships.values()) {
    if (type !== 'aFChunk' || external || found.has(target) || found.size >= MOST_PARTS) continue;
    const isArchive = /\.mht(?:ml)?$/i.test(target);
    if (!isArchive && !/\.x?html?$/i.test(target)) continue;
    try {
      const bytes = await partBytes(pack, target, left);
      left -= bytes.length;
      found.set(
        target,
        isArchive ? await archiveBlocks(bytes, options) : htmlBlocks(decodeHtml(bytes), options),
      );
    } catch (error) {
      if (!(error instanceof DocumentFailure) || error.code !== 'DOCUMENT_IS_BROKEN') throw error;
    }
  }
  return found;
}

/** @throws {DocumentFailure} DOCUMENT_TOO_LARGE, DOCUMENT_IS_BROKEN */
async function partBytes(pack: OoxmlPackage, name: string, most: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of pack.chunks(name)) {
    length += chunk.length;
    if (length > most)
      throw new DocumentFailure(
        'DOCUMENT_TOO_LARGE',
        `The document imports web pages of more than ${MOST_BYTES} bytes as part of its text. Split it and upload the parts.`,
      );
    chunks.push(chunk);
  }
  return Buffer.concat(chunks);
}

/** A page with its pictures in one file, which is written like a mail (RFC 2557). @throws {DocumentFailure} DOCUMENT_IS_BROKEN */
async function archiveBlocks(bytes: Buffer, options: ParseOptions): Promise<FlowBlock[]> {
  const archive = await PostalMime.parse(bytes, { maxNestingDepth: 64 }).catch((error: unknown) => {
    throw new DocumentFailure('DOCUMENT_IS_BROKEN', `An imported page cannot be read: ${String(error)}.`);
  });
  const html = archive.html ?? '';
  const parts = archive.attachments.map(({ contentId = '', content }) => ({
    contentId,
    content: typeof content === 'string' ? Buffer.from(content) : new Uint8Array(content),
  }));
  const pictures = new InlinePictures(html, parts);
  return htmlBlocks(html, options, (address) => pictures.find(address));
}
