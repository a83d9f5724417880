import { mkdtempSync } from 'node:fs';
import { join } from 'node:path';
import { officeMissing } from '../file-refusals.ts';
import type { Media } from '../media/media.ts';
import type { DocumentReader } from '../reader.ts';
import { convert } from './convert.ts';
import { findProgram } from './find-program.ts';
import { officeVersion } from './office-version.ts';

/** How one kind of document becomes one that a reader takes. */
export interface OfficeFormat {
  /** The kind in words that can stand in a sentence. */
  readonly description: string;
  /** What files of the kind are usually named with. */
  readonly extension: string;
  readonly target: 'pdf' | 'xlsx';
  /** LibreOffice's export filter with its options. */
  readonly filter?: string;
}

/** Of the time a document has before its pages are counted, what its conversion may take. */
const SHARE_OF_TIME = 0.8;

/** Reads a kind of document that has no reader of its own: LibreOffice converts it, and `read` reads what comes out. */
export function convertedBy(format: OfficeFormat, read: DocumentReader): DocumentReader {
  return async (input) => {
    const program = findProgram(input.soffice);
    if (program === undefined) throw officeMissing(format.description);
    const { baseSeconds, secondsPerPage } = input.options;
    const path = await convert({
      program,
      inputPath: input.path,
      extension: format.extension,
      target: format.target,
      ...(format.filter !== undefined && { filter: format.filter }),
      scratch: input.scratch,
      deadlineMs: (baseSeconds + secondsPerPage) * 1000 * SHARE_OF_TIME,
      description: capitalised(format.description),
    });
    const version = await officeVersion(program, input.scratch);
    const media: Media = format.target;
    const scratch = mkdtempSync(join(input.scratch, 'converted-'));
    const document = await read({ ...input, path, media, scratch });
    const engine = {
      name: `libreoffice+${document.engine.name}`,
      version: `${version}+${document.engine.version}`,
    };
    return { ...document, engine };
  };
}

function capitalised(text: string): string {
  return text.slice(0, 1).toUpperCase() + text.slice(1);
}
