import type { Box } from '../../../../model/document.ts';
import { attribute, child, type XmlElement } from '../../containers/xml.ts';
import { contentOf } from '../ooxml/alternate-content.ts';
import { isTrue } from '../ooxml/package.ts';
import { placeholderOf, type Placeholder, type PlaceholderShapes } from './placeholders.ts';

const EMU_PER_POINT = 12_700;

/** A shape of a slide, out of its groups. */
export interface SlideShape {
  readonly element: XmlElement;
  readonly placeholder: Placeholder | undefined;
  /** The shapes of layout and master that it takes after, nearest first. */
  readonly models: readonly XmlElement[];
  /** In points; absent where neither the shape nor its models say. */
  readonly box: Box | undefined;
}

/** How a group's own coordinates lie on the slide. */
interface Placement {
  readonly scaleX: number;
  readonly scaleY: number;
  readonly x: number;
  readonly y: number;
}

/** A length in English metric units as points. */
export function points(emu: string | undefined): number | undefined {
  const value = Number(emu);
  return emu === undefined || !Number.isFinite(value) ? undefined : value / EMU_PER_POINT;
}

/** The visible shapes of a tree, groups resolved. */
export function shapesOf(
  tree: XmlElement | undefined,
  models: readonly PlaceholderShapes[],
  placement: Placement = { scaleX: 1, scaleY: 1, x: 0, y: 0 },
): SlideShape[] {
  return contentOf(tree).flatMap((element): SlideShape[] => {
    if (/^(?:nvGrpSpPr|grpSpPr|extLst)$/.test(element.name) || isHidden(element)) return [];
    if (element.name === 'grpSp') return shapesOf(element, models, groupPlacement(element, placement));
    const placeholder = placeholderOf(element);
    const alike = placeholder
      ? models.map((one) => one.find(placeholder)).filter((shape) => shape !== undefined)
      : [];
    const own = boxOf(element);
    const box =
      own && !isNowhere(own) ? place(own, placement) : alike.map(boxOf).find((found) => found !== undefined);
    return [{ element, placeholder, models: alike, box }];
  });
}

/** Apache POI writes a box of nothing but zeros for a shape that its caller gave no place. */
function isNowhere({ x, y, w, h }: Box): boolean {
  return x === 0 && y === 0 && w === 0 && h === 0;
}

function isHidden(element: XmlElement): boolean {
  const properties = contentOf(element).find((node) => /^nv\w*Pr$/.test(node.name));
  return isTrue(attribute(child(properties, 'cNvPr'), 'hidden'));
}

function transformOf(element: XmlElement): XmlElement | undefined {
  return child(element, 'xfrm') ?? child(child(element, 'spPr') ?? child(element, 'grpSpPr'), 'xfrm');
}

function boxOf(element: XmlElement): Box | undefined {
  return boxFrom(transformOf(element), 'off', 'ext');
}

function boxFrom(transform: XmlElement | undefined, offset: string, extent: string): Box | undefined {
  const [off, ext] = [child(transform, offset), child(transform, extent)];
  const x = points(attribute(off, 'x'));
  const y = points(attribute(off, 'y'));
  const w = points(attribute(ext, 'cx'));
  const h = points(attribute(ext, 'cy'));
  return x === undefined || y === undefined || w === undefined || h === undefined
    ? undefined
    : { x, y, w, h };
}

function place(box: Box, { scaleX, scaleY, x, y }: Placement): Box {
  return { x: x + box.x * scaleX, y: y + box.y * scaleY, w: box.w * scaleX, h: box.h * scaleY };
}

function groupPlacement(group: XmlElement, around: Placement): Placement {
  const transform = transformOf(group);
  const outer = boxFrom(transform, 'off', 'ext');
  const inner = boxFrom(transform, 'chOff', 'chExt');
  if (!outer || !inner) return around;
  const placed = place(outer, around);
  const scaleX = inner.w > 0 ? placed.w / inner.w : around.scaleX;
  const scaleY = inner.h > 0 ? placed.h / inner.h : around.scaleY;
  return { scaleX, scaleY, x: placed.x - inner.x * scaleX, y: placed.y - inner.y * scaleY };
}
