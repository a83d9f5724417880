import { LiteParse } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import { access } from './lite-config.ts';

export interface ScreenshotOptions {
  readonly dpi: number;
  /** Clockwise degrees by which the page's content was found turned; it is turned back. */
  readonly orientation?: 0 | 90 | 180 | 270;
}

/** Draws a page as PNG; undefined when that is not possible. */
export async function screenshot(
  { path, page }: PagePlace,
  { dpi, orientation = 0 }: ScreenshotOptions,
  options: ParseOptions,
): Promise<Buffer | undefined> {
  const turn = orientation === 0 ? {} : { pageOrientationCorrections: [{ page, angle: orientation }] };
  try {
    const [shot] = await new LiteParse({ ...access(options), dpi, ...turn }).screenshot(path, [page]);
    return shot?.imageBuffer;
  } catch {
    return undefined;
  }
}
