import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import type { AutoModeRule } from '../../../model/auto-mode.ts';
import type { OpenDocument, PageReading, DocumentInput } from '../reader.ts';
import { openDocument } from '../select-reader.ts';
import { AutoMode, type ReadAgain } from './auto-mode.ts';
import { RememberedImages } from './remembered-images.ts';

type Input = DocumentInput;

/** Opens a document whose pages are read again where a rule of the auto mode holds; any other as it is. */
export async function openWithAutoMode(input: Input): Promise<OpenDocument> {
  if (input.options.autoMode.length === 0) return openDocument(input);
  const images = new RememberedImages(input.images);
  const document = await openDocument({ ...input, images });
  const autoMode = new AutoMode({ ...input, readAgain: againWith(document, { ...input, images }) });
  return {
    ...document,
    async read(pageNumbers) {
      images.forget();
      const readings = await document.read(pageNumbers);
      images.rewind();
      return autoMode.apply(readings);
    },
  };
}

/** A reader that cannot read pages in two ways is opened a second time; only slides differ then. */
function againWith(document: OpenDocument, input: Input): ReadAgain {
  const opened = new Map<AutoModeRule, OpenDocument>();
  return async (pageNumbers, options, rule): Promise<readonly PageReading[]> => {
    if (document.readAgain) return document.readAgain(pageNumbers, options);
    if (rule.parsing.presentation === undefined) return [];
    const scratch = () => mkdtempSync(join(input.scratch, 'again-'));
    const other = opened.get(rule) ?? (await openDocument({ ...input, options, scratch: scratch() }));
    opened.set(rule, other);
    return other.read(pageNumbers);
  };
}
