import type { ParseOptions } from '../../../../model/parse-options.ts';
import { readTextBytes } from '../../containers/whole-file.ts';
import type { FlowBlock } from '../../items/flow.ts';
import type { DocumentReader } from '../../reader.ts';
import { illustratedDocument } from '../flow-document.ts';
import { RtfInterpreter } from './interpreter.ts';
import { rtfTokens } from './tokens.ts';

/** Reads the Rich Text Format (RTF 1.9.1). A page ends where the text says so. */
export const openRtf: DocumentReader = async (input) => {
  const rtf = interpret(await readTextBytes(input.path), input.options);
  if (rtf.openGroups > 0)
    input.warn(
      'The text ends before its groups do: the file seems to be cut off, and what is there was read.',
    );
  const pages = rtf.finish();
  const { header, footer } = rtf;
  return illustratedDocument(
    pages.map((blocks) => ({ blocks, ...(header && { header }), ...(footer && { footer }) })),
    input,
  );
};

/** The content of RTF that stands inside something else, such as a mail. */
export function rtfBlocks(bytes: Buffer, options: ParseOptions): FlowBlock[] {
  return interpret(bytes, options).finish().flat();
}

function interpret(bytes: Buffer, options: ParseOptions): RtfInterpreter {
  const interpreter = new RtfInterpreter(options);
  for (const token of rtfTokens(bytes.toString('latin1'))) interpreter.token(token);
  return interpreter;
}
