import type { Rect } from '@llamaindex/liteparse';
import { cutFractions } from '../../../model/parse-crop.ts';
import type { ParseOptions } from '../../../model/parse-options.ts';
import type { PagePlace } from './document-source.ts';
import type { GreyPicture } from './grey-picture.ts';
import { drawPage, type OcrSettings, type View } from './recognise.ts';

/** Enough to see where something is printed or written. */
const LOOK_DPI = 72;

/** Pictures of a page that was read, each drawn when it is first needed; undefined where it cannot be drawn. */
export class PageLook {
  readonly place: PagePlace;
  readonly view: View;
  readonly settings: OcrSettings;
  #small: Promise<GreyPicture | undefined> | undefined;
  #whole: Promise<GreyPicture | undefined> | undefined;

  constructor(place: PagePlace, view: View, settings: OcrSettings) {
    this.place = place;
    this.view = view;
    this.settings = settings;
  }

  /** At a pixel a point. */
  small(): Promise<GreyPicture | undefined> {
    const { options } = this.settings;
    return (this.#small ??= drawPage(this.place, { ...this.view, dpi: LOOK_DPI }, options));
  }

  /** As OCR saw it. */
  whole(): Promise<GreyPicture | undefined> {
    return (this.#whole ??= drawPage(this.place, this.view, this.settings.options));
  }

  /** {@link isKept} */
  keeps(region: Rect, page: { readonly width: number; readonly height: number }): boolean {
    return isKept(region, page, this.settings.options);
  }
}

/** Whether a region of a page, in points, lies in the part that `crop_box` leaves. */
export function isKept(
  region: Rect,
  { width, height }: { readonly width: number; readonly height: number },
  { cropBox }: Pick<ParseOptions, 'cropBox'>,
): boolean {
  const { top, right, bottom, left } = (cropBox && cutFractions(cropBox)) ?? WHOLE;
  return (
    region.x >= left * width &&
    region.y >= top * height &&
    region.x + region.width <= (1 - right) * width &&
    region.y + region.height <= (1 - bottom) * height
  );
}

const WHOLE = { top: 0, right: 0, bottom: 0, left: 0 };

export function scaleRect({ x, y, width, height }: Rect, scale: number): Rect {
  return { x: x * scale, y: y * scale, width: width * scale, height: height * scale };
}
