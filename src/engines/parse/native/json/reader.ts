import type { DocumentReader } from '../../reader.ts';
import { flowDocument } from '../flow-document.ts';
import { readText } from '../text/reader.ts';

/** Reads JSON as what it is: one piece of code, laid out so that a reader can follow it. Lines of JSON stay lines. */
export const openJson: DocumentReader = async (input) => {
  const text = (await readText(input)).replace(/^\ufeff/, '');
  const value = laidOut(text, input.warn);
  return flowDocument([{ blocks: [{ kind: 'code', value, language: 'json' }] }], input);
};

/** Longer texts are left as they are: laying them out multiplies them. */
const LONGEST_LAID_OUT = 20_000_000;

function laidOut(text: string, warn: (sentence: string) => void): string {
  if (text.length > LONGEST_LAID_OUT) return text.trim();
  const whole = parsed(text);
  if (!('fault' in whole)) return JSON.stringify(whole.value, null, 2);
  const lines = faultOfLines(text);
  const fault = lines ? lines.fault : whole.fault;
  if (fault !== undefined)
    warn(
      `The JSON is cut off or malformed (${fault.slice(0, LONGEST_FAULT)}); it is shown as it is written.`,
    );
  return text.trim();
}

/** A parser's message shows a piece of the text. */
const LONGEST_FAULT = 200;

function parsed(text: string): { readonly value: unknown } | { readonly fault: string } {
  try {
    return { value: JSON.parse(text) as unknown };
  } catch (error) {
    return { fault: error instanceof Error ? error.message : String(error) };
  }
}

/** What is wrong with lines that are JSON each, if anything is; undefined for a text that is no such lines. */
function faultOfLines(text: string): { readonly fault?: string } | undefined {
  const lines = text.split('\n').filter((line) => line.trim() !== '');
  if (lines.length < 2 || 'fault' in parsed(lines[0] ?? '')) return undefined;
  for (const [index, line] of lines.entries()) {
    const result = parsed(line);
    if ('fault' in result) return { fault: `line ${index + 1}: ${result.fault}` };
  }
  return {};
}
