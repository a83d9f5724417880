import type { DocumentReader } from '../../reader.ts';
import { flowDocument, illustratedDocument } from '../flow-document.ts';
import { readText } from '../text/reader.ts';
import { markdownTokens } from './footnotes.ts';
import { tokenBlocks } from './tokens.ts';

/** Longer texts are read as plain lines: markdown's grammar can take quadratic time. */
const LONGEST = 5_000_000;

/** Reads markdown: its structure becomes items, its text stays. A block of metadata before the text is code. */
export const openMarkdown: DocumentReader = async (input) => {
  const text = (await readText(input)).replace(/^\ufeff/, '');
  const front = /^---\n([\s\S]{0,20000}?)\n(?:---|\.\.\.)\n/.exec(text);
  const body = front ? text.slice(front[0].length) : text;
  if (body.length > LONGEST) {
    input.warn('The text is too long to be read as markdown; its lines were taken as they are.');
    return flowDocument([{ blocks: [{ kind: 'code', value: body }] }], input);
  }
  const blocks = tokenBlocks(markdownTokens(body), input.options);
  const metadata =
    front?.[1] === undefined ? [] : [{ kind: 'code', value: front[1], language: 'yaml' } as const];
  return illustratedDocument([{ blocks: [...metadata, ...blocks] }], input);
};
