import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { LiteParse, type ParsedPage, type TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import type { GuessedLanguage } from './guess-language.ts';
import { type GreyPicture, greyFromPng } from './grey-picture.ts';
import { access, ocrConfig, pageChoice } from './lite-config.ts';
import { isOcrWord } from './ocr-words.ts';

export interface OcrSettings {
  readonly tessdataDir: string;
  /** Tesseract's notation, `eng+fra`; a guess where the document's owner named none. */
  readonly languages: string | GuessedLanguage;
  readonly options: ParseOptions;
}

/** Degrees clockwise by which a page is turned. */
export type Angle = 0 | 90 | 180 | 270;

/** How a page is looked at. */
export interface View {
  readonly angle: Angle;
  readonly dpi: number;
  /** Tesseract's notation; by default what the settings say. */
  readonly languages?: string;
}

/** Largest picture that is drawn: 40 million pixels, about 160 MB. */
const MOST_PIXELS = 40_000_000;

/** The resolution that is wanted, or what a page of this size, in points, can be drawn at. */
export function drawableDpi(
  { width, height }: { readonly width: number; readonly height: number },
  wanted: number,
): number {
  return Math.min(wanted, 72 * Math.sqrt(MOST_PIXELS / Math.max(1, width * height)));
}

/** Reads one page from its picture. @throws what LiteParse throws when it cannot */
export async function recognise(place: PagePlace, view: View, settings: OcrSettings): Promise<ParsedPage> {
  const { options, tessdataDir } = settings;
  const languages = view.languages ?? languagesOf(settings);
  const parser = new LiteParse({
    ...ocrConfig(options, { tessdataDir, languages, dpi: view.dpi }),
    ...pageChoice({ pages: [place.page] }),
    ...orientation(place, view.angle),
  });
  const result = await parser.parse(place.path);
  const page = result.pages[0];
  if (!page) throw new Error(result.pageErrors[0]?.message ?? 'the page could not be drawn');
  return page;
}

/** Tesseract's notation of the languages that a page is read in. */
export function languagesOf({ languages }: OcrSettings): string {
  return typeof languages === 'string' ? languages : languages.notation();
}

/** Draws a page; undefined when that fails, which only means that nothing more can be seen of it. */
export async function drawPage(
  place: PagePlace,
  { angle, dpi }: View,
  options: ParseOptions,
): Promise<GreyPicture | undefined> {
  try {
    const parser = new LiteParse({ ...access(options), dpi, ...orientation(place, angle) });
    const [shot] = await parser.screenshot(place.path, [place.page]);
    return shot && greyFromPng(shot.imageBuffer);
  } catch {
    return undefined;
  }
}

/** Reads the words of a picture of its own. Their places are in its pixels. */
export async function recognisePicture(
  picture: { readonly png: Buffer; readonly width: number },
  place: PagePlace,
  dpi: number,
  settings: OcrSettings,
): Promise<TextItem[]> {
  const path = join(dirname(place.path), 'page.png');
  writeFileSync(path, picture.png);
  // The document's crop box and its password are not the picture's.
  const { cropBox: _cropBox, password: _password, ...options } = settings.options;
  const page = await recognise({ path, page: 1 }, { angle: 0, dpi }, { ...settings, options });
  return scaleWords(page.textItems.filter(isOcrWord), picture.width / page.width);
}

/** Words of another scale. LiteParse refuses items without `words`, which its types call optional. */
export function scaleWords(words: readonly TextItem[], scale: number): TextItem[] {
  return words.map(({ text, confidence = 0, x, y, width, height }) => ({
    text,
    confidence,
    words: [],
    x: x * scale,
    y: y * scale,
    width: width * scale,
    height: height * scale,
  }));
}

function orientation(place: PagePlace, angle: Angle) {
  return angle === 0 ? {} : { pageOrientationCorrections: [{ page: place.page, angle }] };
}
