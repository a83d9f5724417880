import { createHash } from 'node:crypto';
import { readdirSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { programVersion } from '../../../version.ts';
import { DIGITS_VERSION } from '../liteparse/digits/digit-net.ts';
import { liteParseVersion } from '../liteparse/lite-version.ts';
import { packagedLanguages } from '../liteparse/tessdata.ts';

/**
 * Names everything that decides what comes out of a document: the program, LiteParse, what reads
 * written digits, and the OCR data that is installed.
 * Results of different versions are never taken for each other. (A missing LibreOffice only makes documents fail, and
 * failures are never used again.)
 * @param tessdataDir a directory with `<language>.traineddata` files; absent: the data that npm packages bring
 */
export function engineVersion(tessdataDir: string | undefined): string {
  const languages = tessdataDir === undefined ? packagedLanguages() : trainedData(tessdataDir);
  const installed = createHash('sha256').update(languages.toSorted().join()).digest('hex').slice(0, 8);
  return `${programVersion()}+liteparse.${liteParseVersion()}.digits.${DIGITS_VERSION}.${installed}`;
}

/** Languages with the size of their data: another variant of it reads differently. */
function trainedData(directory: string): string[] {
  try {
    return readdirSync(directory)
      .filter((name) => name.endsWith('.traineddata'))
      .map((name) => `${name}:${statSync(join(directory, name)).size}`);
  } catch {
    return [];
  }
}
