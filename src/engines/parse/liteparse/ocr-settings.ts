import type { ParseOptions } from '../../../model/parse-options.ts';
import { DocumentFailure } from '../document-failure.ts';
import { GuessedLanguage } from './guess-language.ts';
import { languageMend, languagesIn, missingLanguages, tesseractName } from './ocr-languages.ts';
import type { OcrSettings } from './recognise.ts';

/**
 * How this document's pictures are read; undefined on a server without any OCR data, which still parses text layers.
 * Looks for the language data before anything is parsed: LiteParse would try to download what is missing.
 * @throws {DocumentFailure} when data is missing for a language that the document's owner named
 */
export function ocrSettings(options: ParseOptions, tessdataDir: string | undefined): OcrSettings | undefined {
  const installed = tessdataDir === undefined ? [] : languagesIn(tessdataDir);
  const codes = options.ocrLanguages;
  if (codes.length === 0) {
    if (tessdataDir === undefined || installed.length === 0) return undefined;
    return { tessdataDir, languages: new GuessedLanguage(installed), options };
  }
  const missing = tessdataDir === undefined ? codes : missingLanguages(codes, tessdataDir);
  if (missing.length > 0) {
    throw new DocumentFailure(
      'OCR_LANGUAGE_MISSING',
      `OCR language data is not installed for: ${missing.join(', ')}. ${languageMend(missing)}; or leave the ` +
        'language out of processing_options.ocr_parameters.languages.',
    );
  }
  return { tessdataDir: tessdataDir ?? '', languages: codes.map(tesseractName).join('+'), options };
}
