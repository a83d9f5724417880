import type { ParsedPage, Rect, TextItem } from '@llamaindex/liteparse';
import type { ParseOptions } from '../../../model/parse-options.ts';
import { layOutAgain } from './lay-out-words.ts';

/** Sides of a drawn bullet in points, and how far it is from a square at most. */
const SMALLEST = 1.2;
const LARGEST = 8;
const MOST_OBLONG = 1.4;
/** In heights of the text beside it: its own height, how far its middle is off, and the gap to the text and to others. */
const TALLEST = 0.75;
const FURTHEST_OFF = 0.35;
const WIDEST_GAP = 2.2;
const FREE_BEFORE = 3;
/** Bullets that stand below each other; a single dot is an ornament. */
const FEWEST_IN_COLUMN = 2;
/** A page with more shapes is a drawing. */
const MOST_SHAPES = 5_000;

/**
 * Gives drawn bullets their sign: browsers and drawing libraries paint discs, rings and squares, which no text layer
 * holds, so that the entries of a list look like lines of one paragraph. Pages without them come back as they are.
 */
export function withDrawnBullets(page: ParsedPage, options: ParseOptions): ParsedPage {
  const shapes = page.vectorGraphics?.shapes ?? [];
  if (shapes.length < FEWEST_IN_COLUMN || shapes.length > MOST_SHAPES) return page;
  const small = shapes.filter(({ bbox, fill, stroke }) => (fill || stroke) && isSmallSquare(bbox));
  if (small.length < FEWEST_IN_COLUMN) return page;
  const texts = page.textItems.filter((item) => item.text.trim() !== '' && (item.rotation ?? 0) === 0);
  const candidates = small.flatMap(({ bbox }) => {
    const text = textBehind(bbox, texts);
    return text ? [{ bbox, text }] : [];
  });
  const bullets = likeColumns(distinct(candidates));
  if (bullets.length === 0) return page;
  return layOutAgain(page, [...page.textItems, ...bullets.map(bulletItem)], options);
}

interface Bullet {
  readonly bbox: Rect;
  /** What it stands before. */
  readonly text: TextItem;
}

function isSmallSquare({ width, height }: Rect): boolean {
  const [short, long] = width < height ? [width, height] : [height, width];
  return short >= SMALLEST && long <= LARGEST && long <= short * MOST_OBLONG;
}

/** The text that a bullet begins: close behind it, on its line, with nothing close before it. */
function textBehind(bullet: Rect, texts: readonly TextItem[]): TextItem | undefined {
  const middle = bullet.y + bullet.height / 2;
  const right = bullet.x + bullet.width;
  const onLine = texts.filter(
    ({ y, height }) =>
      Math.abs(y + height / 2 - middle) <= FURTHEST_OFF * height && bullet.height <= TALLEST * height,
  );
  const behind = onLine
    .filter(({ x, height }) => x >= right - 0.5 && x - right <= WIDEST_GAP * height)
    .toSorted((a, b) => a.x - b.x)[0];
  if (!behind || /^[^\p{L}\p{N}"“„«(]/u.test(behind.text.trim())) return undefined;
  const isFirst = !onLine.some(({ x, width, height }) => {
    const end = x + width;
    return x < right && end > bullet.x - FREE_BEFORE * height;
  });
  return isFirst ? behind : undefined;
}

/** A ring is sometimes painted twice, as its filling and its line. */
function distinct(bullets: readonly Bullet[]): Bullet[] {
  const byText = new Map(bullets.map((bullet) => [bullet.text, bullet]));
  return [...byText.values()];
}

/** Those below each other, and once there are such, others of their size, such as the only entry of a nested list. */
function likeColumns(bullets: readonly Bullet[]): Bullet[] {
  const stands = (a: Bullet, b: Bullet) =>
    a !== b && Math.abs(a.bbox.x - b.bbox.x) <= 1 && Math.abs(a.bbox.width - b.bbox.width) <= 0.5;
  const columns = bullets.filter(
    (bullet) => bullets.filter((other) => stands(bullet, other)).length >= FEWEST_IN_COLUMN - 1,
  );
  return bullets.filter((bullet) =>
    columns.some(({ bbox }) => Math.abs(bbox.width - bullet.bbox.width) <= bbox.width * 0.3),
  );
}

function bulletItem({ bbox, text }: Bullet): TextItem {
  const { y, height, fontName, fontSize } = text;
  return {
    text: '•',
    x: bbox.x,
    y,
    width: bbox.width,
    height,
    ...(fontName !== undefined && { fontName }),
    ...(fontSize !== undefined && { fontSize }),
  };
}
