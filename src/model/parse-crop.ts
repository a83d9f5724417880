/**
 * A crop box as contract 7.2 gives it: where each boundary lies, as a fraction of the page from its top left.
 * `bottom: 0.5` keeps the upper half.
 */
export interface PositionedCrop {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** The same box as the fraction cut away from each side. */
export interface CutFractions {
  readonly top: number;
  readonly right: number;
  readonly bottom: number;
  readonly left: number;
}

/** Turns boundary positions into cut fractions; undefined when nothing of the page would be left. */
export function cutFractions(crop: PositionedCrop): CutFractions | undefined {
  if (crop.bottom <= crop.top || crop.right <= crop.left) return undefined;
  return { top: crop.top, left: crop.left, bottom: 1 - crop.bottom, right: 1 - crop.right };
}
