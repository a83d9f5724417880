import { readTextBytes } from '../../containers/whole-file.ts';
import { decodeText } from '../../containers/text.ts';
import { DocumentFailure } from '../../document-failure.ts';
import type { FlowBlock } from '../../items/flow.ts';
import { plainInline } from '../../items/inline.ts';
import type { DocumentReader, ReaderInput } from '../../reader.ts';
import { flowDocument } from '../flow-document.ts';

/** Reads plain text: a form feed begins a page, an empty line a paragraph. */
export const openText: DocumentReader = async (input) => {
  const text = await readText(input);
  const pages = text
    .split('\f')
    .filter((page, index, all) => page.trim() !== '' || all.length === 1 || index === 0);
  return flowDocument(
    pages.map((page) => ({ blocks: paragraphs(page) })),
    input,
  );
};

/** The whole text of a file. @throws {DocumentFailure} for bytes that are no text */
export async function readText({ path, warn }: Pick<ReaderInput, 'path' | 'warn'>): Promise<string> {
  const text = decodeText(await readTextBytes(path), { warn });
  if (text === undefined) {
    throw new DocumentFailure(
      'DOCUMENT_IS_BROKEN',
      'The file is not text in any encoding that is known. Save it as UTF-8 and upload it again.',
    );
  }
  return text.replaceAll(/\r\n?/g, '\n');
}

/** Text as paragraphs; line breaks inside one stay. */
export function paragraphs(text: string): FlowBlock[] {
  return text
    .split(/\n[ \t]*(?:\n[ \t]*)+/)
    .map((part) => part.replaceAll(/(?<![ \t])[ \t]+$/gm, '').replace(/^\n+|\n+$/g, ''))
    .filter((part) => part.trim() !== '')
    .map((part) => ({ kind: 'paragraph', content: plainInline(part) }));
}
