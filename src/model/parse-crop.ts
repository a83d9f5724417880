import { numberIn, type Tree } from './option-tree.ts';

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

/** The crop box of some parameters; undefined when it is the whole page. */
export function readCrop(crop: Tree): PositionedCrop | undefined {
  const edge = (name: string, fallback: number) => numberIn(crop[name], 0, 1) ?? fallback;
  const box = {
    top: edge('top', 0),
    left: edge('left', 0),
    bottom: edge('bottom', 1),
    right: edge('right', 1),
  };
  return box.top === 0 && box.left === 0 && box.bottom === 1 && box.right === 1 ? undefined : box;
}
