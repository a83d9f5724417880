import type { DocumentReader } from '../../reader.ts';
import { flowDocument } from '../flow-document.ts';
import { readText } from '../text/reader.ts';

/** Reads JSON as what it is: one piece of code, laid out so that a reader can follow it. Lines of JSON stay lines. */
export const openJson: DocumentReader = async (input) => {
  const text = await readText(input.path);
  return flowDocument([{ blocks: [{ kind: 'code', value: laidOut(text), language: 'json' }] }], input);
};

/** Longer texts are left as they are: laying them out multiplies them. */
const LONGEST_LAID_OUT = 20_000_000;

function laidOut(text: string): string {
  if (text.length > LONGEST_LAID_OUT) return text.trim();
  try {
    return JSON.stringify(JSON.parse(text.replace(/^\ufeff/, '')), null, 2);
  } catch {
    return text.trim();
  }
}
