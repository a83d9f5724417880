import { closeSync, openSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import {
  EXTRACT_SECTIONS,
  type ExtractSection,
  type ExtractSectionIndex,
} from '../../model/extract-result.ts';
import type { SectionRange } from '../../model/parse-result.ts';

/** The pack's name inside a request's `outputDir`. */
const PACK_NAME = 'extraction.pack';

export interface WrittenPack {
  readonly packPath: string;
  readonly packBytes: number;
  readonly sections: ExtractSectionIndex;
}

/** Writes an extraction's sections one behind the other into one file, which is complete but not fsynced. */
export function writeExtractPack(
  directory: string,
  contents: Readonly<Record<ExtractSection, unknown>>,
): WrittenPack {
  const packPath = join(directory, PACK_NAME);
  const file = openSync(packPath, 'w');
  try {
    let packBytes = 0;
    const ranges = EXTRACT_SECTIONS.map((section): [ExtractSection, SectionRange] => {
      const bytes = Buffer.from(JSON.stringify(contents[section]));
      for (let written = 0; written < bytes.length;) written += writeSync(file, bytes, written);
      const range = { offset: packBytes, length: bytes.length };
      packBytes += bytes.length;
      return [section, range];
    });
    return { packPath, packBytes, sections: Object.fromEntries(ranges) as unknown as ExtractSectionIndex };
  } finally {
    closeSync(file);
  }
}
